// Why a customer can or cannot use a programme's perk, or a code of it.

import { useState } from "react";

import { type Programme } from "../api/perks";
import { usePerkUse } from "../api/perkUses";
import type { Person } from "../api/saleor";
import { Answered } from "../parts/Answered";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Notice } from "../parts/Notice";
import { Section } from "../parts/Section";
import { TextField } from "../parts/TextField";

function Answer({ id, person, code }: { id: number; person: Person; code: string }) {
  return (
    <Answered question={usePerkUse(id, person.id, code)} loading="Looking" lines={1}>
      {({ usable, refusal, text }) => (
        <Notice
          tone={usable ? (refusal === null ? "info" : "warning") : "critical"}
          title={usable ? "Usable" : "Not usable"}
        >
          {text}
        </Notice>
      )}
    </Answered>
  );
}

export function UseCheck({ programme }: { programme: Programme }) {
  const [code, setCode] = useState("");
  const [person, setPerson] = useState<Person | null>(null);
  const hasCodes = programme.kind === "discount_code" && programme.bind === "soft";
  return (
    <Section title="Why can somebody not use it?">
      {hasCodes && (
        <TextField
          label="Their code"
          note="Empty: whatever code they have."
          narrow
          value={code}
          onWrite={setCode}
        />
      )}
      <CustomerSearch
        label="Who cannot use it"
        chosen={person}
        of="Asked for"
        back="Somebody else"
        onChoose={setPerson}
      />
      {person !== null && <Answer id={programme.id} person={person} code={code.trim()} />}
    </Section>
  );
}
