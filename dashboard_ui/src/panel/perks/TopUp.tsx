// Adds an amount to a customer's gift card, or to all cards of a programme.

import { type SyntheticEvent, useId, useState } from "react";

import { useTopUp } from "../api/giftCards";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

interface Props {
  programmeId: number;
  currency: string;
  /** Null: all cards of the programme. */
  cardId: string | null;
}

function Form({ programmeId, currency, cardId, onShut }: Props & { onShut: () => void }) {
  const id = useId();
  const [amount, setAmount] = useState("");
  // One for each time the form is opened: a request that is repeated adds nothing more.
  const [key] = useState(() => crypto.randomUUID());
  const adding = useTopUp();
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    const body = { amount: amount.trim().replace(",", "."), key, card_id: cardId };
    adding.mutate({ id: programmeId, ...body }, { onSuccess: onShut });
  };
  return (
    <form className="answer" onSubmit={send}>
      <label className="muted" htmlFor={id}>
        {say(cardId === null ? "perks.topup.each" : "perks.topup.this", { currency })}
      </label>
      <input
        id={id}
        className="input input-narrow"
        inputMode="decimal"
        required
        value={amount}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          setAmount(event.target.value);
        }}
      />
      <Muted as="span">
        <span id={`${id}-note`}>{say("perks.topup.note")}</span>
      </Muted>
      <span className="line">
        <Button size="small" type="submit" disabled={adding.isPending}>
          {say("perks.topup.add")}
        </Button>
        <Button size="small" variant="secondary" onClick={onShut}>
          {say("perks.topup.cancel")}
        </Button>
      </span>
      {adding.isError && <TroubleNotice trouble={adding.error} />}
    </form>
  );
}

export function TopUp(props: Props) {
  const [open, setOpen] = useState(false);
  const shut = () => {
    setOpen(false);
  };
  if (open) return <Form {...props} onShut={shut} />;
  return (
    <Button
      size="small"
      variant="secondary"
      onClick={() => {
        setOpen(true);
      }}
    >
      {say(props.cardId === null ? "perks.topup.all" : "perks.topup.one")}
    </Button>
  );
}
