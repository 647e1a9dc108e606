// A CSV, from a file or pasted.

import { type ChangeEvent, useId } from "react";

import { decode } from "./decode";
import { say } from "../words/say";

interface Props {
  csv: string;
  example: string;
  onChange: (csv: string) => void;
}

export function CsvField({ csv, example, onChange }: Props) {
  const [file, text] = [useId(), useId()];
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    if (chosen) onChange(decode(await chosen.arrayBuffer()));
  };
  return (
    <>
      <div className="field">
        <label className="muted" htmlFor={file}>
          {say("parts.csv.file")}
        </label>
        <input
          id={file}
          className="input"
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          onChange={(event) => void read(event)}
        />
      </div>
      <div className="field">
        <label className="muted" htmlFor={text}>
          {say("parts.csv.pasted")}
        </label>
        <textarea
          id={text}
          className="input input-text"
          rows={6}
          spellCheck={false}
          placeholder={example}
          value={csv}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      </div>
    </>
  );
}
