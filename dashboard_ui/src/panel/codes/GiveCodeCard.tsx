// Gives a voucher code to a customer: redeemed by others, it proves what they bring.

import { type SyntheticEvent, useId, useState } from "react";

import { useGiveCode } from "../api/codes";
import type { Person } from "../api/saleor";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { CustomerSearch } from "../parts/CustomerSearch";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";

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
    <Card title="Give a code to a customer">
      <Muted>
        Make the voucher code in Saleor first. Orders from now on count; a code that was another
        customer&apos;s changes hands.
      </Muted>
      <CustomerSearch of="To" back="To somebody else" chosen={person} onChoose={setPerson} />
      <form className="line" onSubmit={send}>
        <label className="unseen" htmlFor={id}>
          Voucher code
        </label>
        <input
          id={id}
          className="input"
          placeholder="A voucher code"
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
          Give it to them
        </Button>
      </form>
      {give.isError && <TroubleNotice trouble={give.error} />}
      {give.isSuccess && <p role="status">{give.data.code} has its owner now.</p>}
    </Card>
  );
}
