// A list of ties as CSV: looked at first, brought in when the staff member has seen what would happen.

import { useState } from "react";

import { useImportTies } from "../api/ties";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CsvField } from "../parts/CsvField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ImportResult } from "./ImportResult";

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
    <Card title="Import ties">
      <Muted>
        A CSV with the columns source, target and kind and, if known, weight, valid_from and
        valid_to. Source and target are customers&apos; Saleor ids or e-mail addresses; addresses
        are compared and not stored. A date is year-month-day, such as 2024-01-31; valid_to holds
        through that day. A tie counts from now on at the earliest, whatever date it has. A file as
        Excel saves it is read.
      </Muted>
      <CsvField csv={csv} example={EXAMPLE} onChange={change} />
      <div className="line">
        <Button
          variant="secondary"
          disabled={csv.trim() === "" || bring.isPending}
          onClick={() => {
            send(true);
          }}
        >
          {bring.isPending ? "Looking" : "See what would happen"}
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
