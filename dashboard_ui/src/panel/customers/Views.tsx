// Saved views: a list that the whole staff can open again under its name.

import { type SyntheticEvent, useState } from "react";

import { useDropView, useSaveView, useViews, type View } from "../api/customerLists";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Confirm } from "../parts/Confirm";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import styles from "./Filters.module.css";
import type { List } from "./list";

interface Props {
  list: List;
  onOpen: (view: View) => void;
}

const NONE = "";
const MOST_LETTERS = 60;

export function Views({ list, onOpen }: Props) {
  const views = useViews().data ?? [];
  const saving = useSaveView();
  const dropping = useDropView();
  const [open, setOpen] = useState(NONE);
  const [name, setName] = useState("");
  const { asked, sort, columns } = list;
  const isTooLong = name.trim().length > MOST_LETTERS;
  const isThere = views.some((view) => view.name === name.trim());
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim() === "" || isTooLong) return;
    saving.mutate(
      { name: name.trim(), sort, asked, columns },
      {
        onSuccess: () => {
          setOpen(name.trim());
          setName("");
        },
      },
    );
  };
  const choose = (chosen: string) => {
    setOpen(chosen);
    const view = views.find((one) => one.name === chosen);
    if (view) onOpen(view);
  };
  return (
    <div className="stack-small">
      <form className={styles.views} aria-label="Saved views" onSubmit={save}>
        {views.length > 0 && (
          <Choice
            label="Saved view"
            options={[
              [NONE, "Choose a view"],
              ...views.map((view) => [view.name, view.name] as const),
            ]}
            value={open}
            onChoose={choose}
          />
        )}
        <TextField
          label="Save this list as"
          value={name}
          placeholder="Leaders of this month"
          error={isTooLong ? `At most ${MOST_LETTERS} letters.` : undefined}
          onWrite={setName}
        />
        <Button
          variant="secondary"
          type="submit"
          disabled={name.trim() === "" || isTooLong || saving.isPending}
        >
          {isThere ? "Replace view" : "Save view"}
        </Button>
        {open !== NONE && (
          <Confirm
            label="Delete view"
            question={`Delete the view “${open}” for everybody?`}
            yes="Delete"
            busy={dropping.isPending}
            onYes={() => {
              dropping.mutate(open, {
                onSuccess: () => {
                  setOpen(NONE);
                },
              });
            }}
          />
        )}
      </form>
      <span role="status" className="muted">
        {saving.isSuccess ? "Saved. Everybody who may see customers can open it." : ""}
      </span>
      {saving.isError && <TroubleNotice trouble={saving.error} />}
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
    </div>
  );
}
