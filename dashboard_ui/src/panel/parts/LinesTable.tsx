// The figures behind lines over time, on opening.

import { useShop } from "../bridge/shop";
import css from "./LineChart.module.css";
import { asTable, type Line } from "./lines";
import { Scrolled } from "./Scrolled";
import { say } from "../words/say";

interface Props {
  label: string;
  lines: readonly Line[];
  write: (value: number) => string;
}

export function LinesTable({ label, lines, write }: Props) {
  const { format } = useShop();
  const names = lines.map((line) => line.name);
  return (
    <details className={css.table}>
      <summary>{say("parts.table")}</summary>
      <Scrolled label={label} className={css.scrolled}>
        <table className="table">
          <thead>
            <tr>
              {[say("parts.day"), ...names].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {asTable(lines).map(([at, values]) => (
              <tr key={at}>
                <th scope="row">{format.day(at)}</th>
                {values.map((value, n) => (
                  <td key={names[n]} className="figure">
                    {value === undefined ? "–" : write(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </details>
  );
}
