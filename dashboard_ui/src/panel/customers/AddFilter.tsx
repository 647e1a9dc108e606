// Adds a filter: what it is about, then its value. With the keyboard nothing is asked until the button is pressed.

import { type SyntheticEvent, useState } from "react";

import type { Asked } from "../api/customerLists";
import { useMay } from "../bridge/may";
import { verdictName } from "../customer/words";
import { ORDER } from "../influence/words";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import { DayField, NumberField } from "./ValueFields";
import { AGREED, KEYS, type Key, LABELS, type Names, OF_PERKS } from "./filters";
import styles from "./Filters.module.css";
import { say } from "../words/say";

interface Props {
  asked: Asked;
  names: Names;
  onChange: (asked: Asked) => void;
}

type Options = readonly (readonly [string, string])[];

/** What can be chosen; null where something is written. */
function optionsOf(key: Key, names: Names): Options | null {
  switch (key) {
    case "segment":
      return [...names.segments];
    case "verdict":
      return ORDER.map((verdict) => [verdict, verdictName(verdict)] as const);
    case "topic":
      return [...names.topics];
    case "network":
      return [...names.networks];
    case "agreed":
      return AGREED.map(([what, word]) => [what, say(word)] as const);
    case "perk":
      return [["any", say("customers.perk.any")], ...names.perks];
    case "has_code":
      return [["yes", say("customers.code.yes")]];
    default:
      return null;
  }
}

const isNumber = (value: string) => /^[0-9]{1,12}([.,][0-9]{1,2})?$/.test(value.trim());

export function AddFilter({ asked, names, onChange }: Props) {
  const maySeePerks = useMay("MANAGE_DISCOUNTS");
  const [key, setKey] = useState<Key>("segment");
  const [written, setWritten] = useState("");
  const options = optionsOf(key, names);
  const value = written || (options?.[0]?.[0] ?? "");
  const isMeant = key === "value_from" ? isNumber(value) : value !== "";
  const keys = KEYS.filter((one) => maySeePerks || !OF_PERKS.includes(one));
  const add = (event: SyntheticEvent) => {
    event.preventDefault();
    const plain = key === "value_from" ? value.trim().replace(",", ".") : value;
    onChange({ ...asked, [key]: plain });
    setWritten("");
  };
  const field = { label: say(LABELS[key]), value: written, onWrite: setWritten };
  return (
    <form className={styles.add} aria-label={say("customers.filter.add")} onSubmit={add}>
      <Choice
        label={say("customers.filter.by")}
        options={keys.map((one) => [one, say(LABELS[one])] as const)}
        value={key}
        onChoose={(one) => {
          setKey(one);
          setWritten("");
        }}
      />
      {options === null &&
        (key === "value_from" ? <NumberField {...field} /> : <DayField {...field} />)}
      {options !== null && options.length > 0 && (
        <Choice label={say(LABELS[key])} options={options} value={value} onChoose={setWritten} />
      )}
      {options?.length === 0 ? (
        <Muted>{say("customers.filter.none")}</Muted>
      ) : (
        <Button variant="secondary" type="submit" disabled={!isMeant}>
          {say("customers.filter.add.yes")}
        </Button>
      )}
    </form>
  );
}
