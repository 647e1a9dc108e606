// What can be done for the customers that are ticked: give, leave out of the ledger, take their ids along.

import { useState } from "react";

import { useExcludeEach } from "../api/customerLists";
import type { Exclusion } from "../api/ties";
import { useMay } from "../bridge/may";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Confirm } from "../parts/Confirm";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import styles from "./Filters.module.css";
import { GiveToEach } from "./GiveToEach";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const MOST_EXCLUDED = 100;
const REASONS: [Exclusion, Key][] = [
  ["reseller", "customers.leave.reseller"],
  ["test", "customers.leave.test"],
];

function LeaveOut({ ids }: { ids: readonly string[] }) {
  const [reason, setReason] = useState<Exclusion>("reseller");
  const excluding = useExcludeEach();
  if (ids.length > MOST_EXCLUDED) {
    return <Muted>{say("customers.leave.most", { count: MOST_EXCLUDED })}</Muted>;
  }
  return (
    <div className={styles.tools}>
      <Choice
        label={say("customers.leave.are")}
        options={REASONS.map(([one, word]) => [one, say(word)] as const)}
        value={reason}
        onChoose={setReason}
      />
      <Confirm
        label={say("customers.leave")}
        question={say("customers.leave.sure", { count: ids.length })}
        yes={say("customers.leave.yes")}
        busy={excluding.isPending}
        onYes={() => {
          excluding.mutate({ ids, reason });
        }}
      />
      <span role="status" className="muted">
        {excluding.isSuccess ? say("customers.leave.done") : ""}
      </span>
      {excluding.isError && <TroubleNotice trouble={excluding.error} />}
    </div>
  );
}

interface Props {
  ids: readonly string[];
  onClear: () => void;
}

export function Picked({ ids, onClear }: Props) {
  const mayGive = useMay("MANAGE_DISCOUNTS");
  const mayExclude = useMay("MANAGE_APPS");
  return (
    <section className={styles.picked} aria-label={say("customers.picked")}>
      <div className={styles.tools}>
        <p className={styles.count} role="status">
          {say("customers.picked.count", { count: ids.length })}
        </p>
        <Button size="small" variant="secondary" onClick={onClear}>
          {say("customers.picked.clear")}
        </Button>
      </div>
      <CopyField label={say("customers.picked.ids")} text={ids.join(" ")} />
      {mayGive && <GiveToEach key={ids.join(" ")} ids={ids} />}
      {mayExclude && <LeaveOut key={ids.join("  ")} ids={ids} />}
    </section>
  );
}
