import type { ComponentChildren } from "preact";

interface Props {
  id: string;
  summary: string;
  heads: readonly string[];
  rows: readonly ComponentChildren[][];
}

/** A table that opens; it scrolls by itself where the page is narrow. */
export function Table({ id, summary, heads, rows }: Props) {
  return (
    <details id={id}>
      <summary id={`${id}-open`}>{summary}</summary>
      {/* The keyboard must reach it to scroll it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div class="scroll" tabIndex={0} role="region" aria-labelledby={`${id}-open`}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
