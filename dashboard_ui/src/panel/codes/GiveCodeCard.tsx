// Gives a voucher code to a customer: redeemed by others, it proves what they bring.

import { type SyntheticEvent, useId, useState } from "react";

import { useGiveCode } from "../api/codes";
import type { Person } from "../api/saleor";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function GiveCodeCard() {
  const id = useId();
  const [code, setCode] = useState("");
  const [person, setPerson] = useState<Person | null>(null);
  const give = useGiveCode();
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (person === null) return;
    give.mutate(
      { code: code.trim(), customer_id: person.id },
      {
        onSuccess: () => {
          setCode("");
          setPerson(null);
        },
      },
    );
  };
  return (
    <Card title={say("codes.give")}>
      <Muted>{say("codes.give.how")}</Muted>
      <CustomerSearch
        of={say("codes.give.to")}
        back={say("codes.give.other")}
        chosen={person}
        onChoose={setPerson}
      />
      <form className="line" onSubmit={send}>
        <label className="unseen" htmlFor={id}>
          {say("codes.give.code")}
        </label>
        <input
          id={id}
          className="input"
          placeholder={say("codes.give.example")}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          value={code}
          onChange={(event) => {
            setCode(event.target.value);
          }}
        />
        <Button
          type="submit"
          variant="secondary"
          size="small"
          disabled={person === null || code.trim() === "" || give.isPending}
        >
          {say("codes.give.yes")}
        </Button>
      </form>
      {give.isError && <TroubleNotice trouble={give.error} />}
      {give.isSuccess && <p role="status">{say("codes.given", { code: give.data.code })}</p>}
    </Card>
  );
}
