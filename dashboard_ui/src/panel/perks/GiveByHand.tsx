// Gives a running programme's perk to one customer.

import { useState } from "react";

import { useGivePerk } from "../api/perkChanges";
import type { Programme } from "../api/perks";
import type { Person } from "../api/saleor";
import { Confirm } from "../parts/Confirm";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Section } from "../parts/Section";
import { TroubleNotice } from "../parts/TroubleNotice";

export function GiveByHand({ programme }: { programme: Programme }) {
  const [person, setPerson] = useState<Person | null>(null);
  const giving = useGivePerk();
  return (
    <Section title="Give it by hand">
      <CustomerSearch
        chosen={person}
        of="gets it by hand"
        back="Somebody else"
        onChoose={setPerson}
      />
      {person !== null && (
        <Confirm
          label="Give it"
          question="Given by hand, it does not count in what the programme measures."
          yes="Give"
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
