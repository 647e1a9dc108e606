// Finds customers by name or e-mail address: Saleor searches, and the app learns ids alone.

import { type SyntheticEvent, useId, useState } from "react";

import { Button } from "../parts/Button";
import styles from "./Filters.module.css";
import { say } from "../words/say";

interface Props {
  words: string;
  onSearch: (words: string) => void;
}

export function SearchField({ words, onSearch }: Props) {
  const id = useId();
  const [written, setWritten] = useState(words);
  const search = (event: SyntheticEvent) => {
    event.preventDefault();
    onSearch(written.trim());
  };
  return (
    <form
      className={styles.search}
      role="search"
      aria-label={say("customers.search")}
      onSubmit={search}
    >
      <label className="unseen" htmlFor={id}>
        {say("customers.search.name")}
      </label>
      <input
        id={id}
        className="input"
        type="search"
        placeholder={say("customers.search.name")}
        value={written}
        onChange={(event) => {
          setWritten(event.target.value);
          if (event.target.value === "") onSearch("");
        }}
      />
      <Button variant="secondary" type="submit" disabled={written.trim() === ""}>
        {say("parts.search")}
      </Button>
    </form>
  );
}
