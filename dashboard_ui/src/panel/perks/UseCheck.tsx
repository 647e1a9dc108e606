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
import { say } from "../words/say";

function Answer({ id, person, code }: { id: number; person: Person; code: string }) {
  return (
    <Answered
      question={usePerkUse(id, person.id, code)}
      loading={say("perks.use.looking")}
      lines={1}
    >
      {({ usable, refusal, text }) => (
        <Notice
          tone={usable ? (refusal === null ? "info" : "warning") : "critical"}
          title={say(usable ? "perks.use.yes" : "perks.use.no")}
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
    <Section title={say("perks.use")}>
      {hasCodes && (
        <TextField
          label={say("perks.use.code")}
          note={say("perks.use.code.note")}
          narrow
          value={code}
          onWrite={setCode}
        />
      )}
      <CustomerSearch
        label={say("perks.use.who")}
        chosen={person}
        of={say("perks.use.chosen")}
        back={say("perks.hand.other")}
        onChoose={setPerson}
      />
      {person !== null && <Answer id={programme.id} person={person} code={code.trim()} />}
    </Section>
  );
}
