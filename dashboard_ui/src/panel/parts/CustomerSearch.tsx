// Finds a customer by name or e-mail address: Saleor searches, and the app learns the id alone.

import { type SyntheticEvent, useId, useState } from "react";

import { usePeopleFound } from "../api/found";
import type { Person } from "../api/saleor";
import { Answered } from "./Answered";
import { Button } from "./Button";
import { Muted } from "./Muted";
import { say } from "../words/say";

interface Props {
  chosen: Person | null;
  /** What is said beside the one who was chosen, and on the button that lets go of them. */
  of: string;
  back: string;
  /** What the search is for, where a page has several. */
  label?: string;
  onChoose: (person: Person | null) => void;
}

function Found({ words, onChoose }: { words: string; onChoose: Props["onChoose"] }) {
  const question = usePeopleFound(words);
  return (
    <Answered question={question} loading={say("parts.searching")} lines={2}>
      {(people) =>
        people.length === 0 ? (
          <Muted>{say("parts.customer.none")}</Muted>
        ) : (
          <ul className="found" aria-label={say("parts.customers.found")}>
            {people.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  className="link"
                  onClick={() => {
                    onChoose(person);
                  }}
                >
                  {person.name || person.email}
                </button>{" "}
                {person.name && <span className="muted">{person.email}</span>}
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}

export function CustomerSearch({
  chosen,
  of,
  back,
  label = say("parts.customer"),
  onChoose,
}: Props) {
  const id = useId();
  const [written, setWritten] = useState("");
  const [asked, setAsked] = useState("");
  const search = (event: SyntheticEvent) => {
    event.preventDefault();
    setAsked(written.trim());
  };
  const choose = (person: Person | null) => {
    setAsked("");
    setWritten("");
    onChoose(person);
  };
  if (chosen !== null) {
    return (
      <p className="line" role="status">
        <span>
          {of} {chosen.name || chosen.email}
        </span>
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            choose(null);
          }}
        >
          {back}
        </Button>
      </p>
    );
  }
  return (
    <div className="stack-small">
      <form
        className="line"
        role="search"
        aria-label={say("parts.search.of", { label })}
        onSubmit={search}
      >
        <label className="unseen" htmlFor={id}>
          {label}
        </label>
        <input
          id={id}
          className="input"
          type="search"
          placeholder={say("parts.customer.search")}
          value={written}
          onChange={(event) => {
            setWritten(event.target.value);
          }}
        />
        <Button size="small" variant="secondary" type="submit" disabled={written.trim() === ""}>
          {say("parts.search")}
        </Button>
      </form>
      {asked && <Found words={asked} onChoose={choose} />}
    </div>
  );
}
