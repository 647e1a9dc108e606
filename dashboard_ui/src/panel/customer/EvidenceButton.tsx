// Opens the page with every row behind a customer's value.

import { evidencePlace, usePlace } from "../bridge/place";
import { Button } from "../parts/Button";

export function EvidenceButton({ customerId }: { customerId: string }) {
  const { go } = usePlace();
  return (
    <Button
      variant="secondary"
      onClick={() => {
        go(evidencePlace(customerId));
      }}
    >
      Show the evidence
    </Button>
  );
}
