// What can be done for the customers that are ticked: give, leave out of the ledger, take their ids along.

import { useState } from "react";

import { useExcludeEach } from "../api/customerLists";
import type { Exclusion } from "../api/ties";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Confirm } from "../parts/Confirm";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import styles from "./Filters.module.css";
import { GiveToEach } from "./GiveToEach";

const MOST_EXCLUDED = 100;
const REASONS: [Exclusion, string][] = [
  ["reseller", "Resellers"],
  ["test", "Test accounts"],
];

function LeaveOut({ ids }: { ids: readonly string[] }) {
  const { format } = useShop();
  const [reason, setReason] = useState<Exclusion>("reseller");
  const excluding = useExcludeEach();
  if (ids.length > MOST_EXCLUDED) {
    return <Muted>At most {MOST_EXCLUDED} customers are left out of the ledger at once.</Muted>;
  }
  return (
    <div className={styles.tools}>
      <Choice label="They are" options={REASONS} value={reason} onChoose={setReason} />
      <Confirm
        label="Leave out of the ledger"
        question={`Leave ${format.count(ids.length)} out? Their purchases then say nothing about influence.`}
        yes="Leave out"
        busy={excluding.isPending}
        onYes={() => {
          excluding.mutate({ ids, reason });
        }}
      />
      <span role="status" className="muted">
        {excluding.isSuccess ? "Left out from the next run on. Settings lists them." : ""}
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
  const { format } = useShop();
  const mayGive = useMay("MANAGE_DISCOUNTS");
  const mayExclude = useMay("MANAGE_APPS");
  return (
    <section className={styles.picked} aria-label="Chosen customers">
      <div className={styles.tools}>
        <p className={styles.count} role="status">
          {format.count(ids.length)} chosen
        </p>
        <Button size="small" variant="secondary" onClick={onClear}>
          Choose nobody
        </Button>
      </div>
      <CopyField label="Their ids" text={ids.join(" ")} />
      {mayGive && <GiveToEach key={ids.join(" ")} ids={ids} />}
      {mayExclude && <LeaveOut key={ids.join("  ")} ids={ids} />}
    </section>
  );
}
