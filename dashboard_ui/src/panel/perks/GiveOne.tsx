// Opens the choice of a running programme whose perk a customer is given.

import { useState } from "react";

import { GiveToEach } from "../customers/GiveToEach";
import { Button } from "../parts/Button";
import { say } from "../words/say";

export function GiveOne({ customerId }: { customerId: string }) {
  const [open, setOpen] = useState(false);
  if (open) return <GiveToEach ids={[customerId]} title={say("grants.give")} />;
  return (
    <span className="line">
      <Button
        size="small"
        variant="secondary"
        onClick={() => {
          setOpen(true);
        }}
      >
        {say("grants.give")}
      </Button>
    </span>
  );
}
