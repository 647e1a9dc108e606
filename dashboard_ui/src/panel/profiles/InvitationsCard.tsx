// A list of customers to be asked, as CSV: invitations, and nothing is linked by them.

import { useState } from "react";

import { useImportInvitations } from "../api/profiles";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CsvField } from "../parts/CsvField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { InvitationsResult } from "./InvitationsResult";
import { say } from "../words/say";

export function InvitationsCard() {
  const [csv, setCsv] = useState("");
  const bring = useImportInvitations();
  return (
    <Card title={say("profiles.many")}>
      <Muted>{say("profiles.many.how")}</Muted>
      <CsvField
        csv={csv}
        example="customer,network,handle"
        onChange={(to) => {
          setCsv(to);
          bring.reset();
        }}
      />
      <div className="line">
        <Button
          variant="secondary"
          disabled={csv.trim() === "" || bring.isPending}
          onClick={() => {
            bring.mutate(csv);
          }}
        >
          {say(bring.isPending ? "profiles.many.busy" : "profiles.many.go")}
        </Button>
      </div>
      {bring.isError && <TroubleNotice trouble={bring.error} />}
      {bring.data && <InvitationsResult result={bring.data} />}
    </Card>
  );
}
