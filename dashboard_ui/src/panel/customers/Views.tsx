// Saved views: a list that the whole staff can open again under its name.

import { useState } from "react";

import { useDropView, useViews, type View } from "../api/customerLists";
import { Choice } from "../parts/Choice";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import styles from "./Filters.module.css";
import { say } from "../words/say";

const NONE = "";

export function Views({ onOpen }: { onOpen: (view: View) => void }) {
  const views = useViews().data ?? [];
  const dropping = useDropView();
  const [open, setOpen] = useState(NONE);
  if (views.length === 0) return null;
  const shown = views.some((view) => view.name === open) ? open : NONE;
  const choose = (name: string) => {
    setOpen(name);
    const view = views.find((one) => one.name === name);
    if (view) onOpen(view);
  };
  return (
    <div className={styles.views}>
      <Choice
        label={say("customers.view.saved")}
        options={[
          [NONE, say("customers.view.choose")],
          ...views.map(({ name }) => [name, name] as const),
        ]}
        value={shown}
        onChoose={choose}
      />
      {shown !== NONE && (
        <Confirm
          label={say("customers.view.delete")}
          question={say("customers.view.delete.sure", { name: shown })}
          yes={say("customers.view.delete.yes")}
          busy={dropping.isPending}
          onYes={() => {
            dropping.mutate(shown);
          }}
        />
      )}
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
    </div>
  );
}
