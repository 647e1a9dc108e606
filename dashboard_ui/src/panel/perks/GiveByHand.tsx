// Gives a running programme's perk to one customer.

import { useState } from "react";

import { useGivePerk } from "../api/perkChanges";
import type { Programme } from "../api/perks";
import type { Person } from "../api/saleor";
import { Confirm } from "../parts/Confirm";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Section } from "../parts/Section";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function GiveByHand({ programme }: { programme: Programme }) {
  const [person, setPerson] = useState<Person | null>(null);
  const giving = useGivePerk();
  return (
    <Section title={say("perks.hand")}>
      <CustomerSearch
        chosen={person}
        of={say("perks.hand.chosen")}
        back={say("perks.hand.other")}
        onChoose={setPerson}
      />
      {person !== null && (
        <Confirm
          label={say("perks.hand.give")}
          question={say("perks.hand.sure")}
          yes={say("perks.hand.yes")}
          busy={giving.isPending}
          onYes={() => {
            giving.mutate(
              { id: programme.id, customerId: person.id },
              {
                onSuccess: () => {
                  setPerson(null);
                },
              },
            );
          }}
        />
      )}
      {giving.isError && <TroubleNotice trouble={giving.error} />}
    </Section>
  );
}
