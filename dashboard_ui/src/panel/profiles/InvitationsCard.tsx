// A list of customers to be asked, as CSV: invitations, and nothing is linked by them.

import { useState } from "react";

import { useImportInvitations } from "../api/profiles";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CsvField } from "../parts/CsvField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { InvitationsResult } from "./InvitationsResult";

export function InvitationsCard() {
  const [csv, setCsv] = useState("");
  const bring = useImportInvitations();
  return (
    <Card title="Ask many to link">
      <Muted>
        A CSV with the columns customer, network and handle. A customer is a Saleor id or an e-mail
        address; addresses are compared and not stored. Handles are only suggestions to those who
        are asked, and may be left empty: nothing is linked by this. Who was asked before gets a new
        address, and the previous one no longer works.
      </Muted>
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
          {bring.isPending ? "Making the invitations" : "Make the invitations"}
        </Button>
      </div>
      {bring.isError && <TroubleNotice trouble={bring.error} />}
      {bring.data && <InvitationsResult result={bring.data} />}
    </Card>
  );
}
