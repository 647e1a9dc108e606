// Opens the customer's page: what happened, whom they lead, and every row behind their value.

import { evidencePlace, usePlace } from "../bridge/place";
import { Button } from "../parts/Button";
import { say } from "../words/say";

export function EvidenceButton({ customerId }: { customerId: string }) {
  const { go } = usePlace();
  return (
    <Button
      variant="secondary"
      onClick={() => {
        go(evidencePlace(customerId));
      }}
    >
      {say("customer.open")}
    </Button>
  );
}
