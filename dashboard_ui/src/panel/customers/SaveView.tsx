// Saves the list under a name, for the whole staff.

import { type SyntheticEvent, useState } from "react";

import { useSaveView, useViews } from "../api/customerLists";
import { Button } from "../parts/Button";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import styles from "./Filters.module.css";
import type { List } from "./list";
import { say } from "../words/say";

const MOST_LETTERS = 60;

export function SaveView({ list }: { list: List }) {
  const views = useViews().data ?? [];
  const saving = useSaveView();
  const [written, setWritten] = useState("");
  const { asked, sort, columns } = list;
  const name = written.trim();
  const isTooLong = name.length > MOST_LETTERS;
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name === "" || isTooLong) return;
    saving.mutate(
      { name, sort, asked, columns },
      {
        onSuccess: () => {
          setWritten("");
        },
      },
    );
  };
  return (
    <div className="stack-small">
      <form className={styles.views} aria-label={say("customers.view.save")} onSubmit={save}>
        <TextField
          label={say("customers.view.name")}
          value={written}
          placeholder={say("customers.view.example")}
          error={isTooLong ? say("customers.view.long", { count: MOST_LETTERS }) : undefined}
          onWrite={setWritten}
        />
        <Button
          variant="secondary"
          type="submit"
          disabled={name === "" || isTooLong || saving.isPending}
        >
          {say(
            views.some((view) => view.name === name)
              ? "customers.view.replace"
              : "customers.view.yes",
          )}
        </Button>
      </form>
      <span role="status" className="muted">
        {saving.isSuccess ? say("customers.view.done") : ""}
      </span>
      {saving.isError && <TroubleNotice trouble={saving.error} />}
    </div>
  );
}
