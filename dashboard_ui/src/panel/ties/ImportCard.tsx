// A list of ties as CSV: looked at first, brought in when the staff member has seen what would happen.

import { useState } from "react";

import { useImportTies } from "../api/ties";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CsvField } from "../parts/CsvField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ImportResult } from "./ImportResult";
import { say } from "../words/say";

const EXAMPLE = "source,target,kind,weight,valid_from,valid_to";

export function ImportCard() {
  const [csv, setCsv] = useState("");
  const bring = useImportTies();
  const change = (to: string) => {
    setCsv(to);
    bring.reset();
  };
  const send = (dryRun: boolean) => {
    bring.mutate({ csv, dryRun });
  };
  return (
    <Card title={say("ties.import")}>
      <Muted>{say("ties.import.how")}</Muted>
      <CsvField csv={csv} example={EXAMPLE} onChange={change} />
      <div className="line">
        <Button
          variant="secondary"
          disabled={csv.trim() === "" || bring.isPending}
          onClick={() => {
            send(true);
          }}
        >
          {say(bring.isPending ? "ties.import.looking" : "ties.import.see")}
        </Button>
      </div>
      {bring.isError && <TroubleNotice trouble={bring.error} />}
      {bring.data && (
        <ImportResult
          result={bring.data}
          busy={bring.isPending}
          onBring={() => {
            send(false);
          }}
        />
      )}
    </Card>
  );
}
