// Rows of a file that cannot be used, each with the reason.

import { useShop } from "../bridge/shop";
import { Muted } from "./Muted";

interface Props {
  reasons: readonly { row: number; line?: number | null; reason: string }[];
  refused: number;
}

export function RefusedRows({ reasons, refused }: Props) {
  const { format } = useShop();
  return (
    <>
      {reasons.length > 0 && (
        <ul className="refused" aria-label="Rows that cannot be used">
          {reasons.map(({ row, line, reason }) => (
            <li key={row}>
              <span className="figure muted">
                {line ? `Line ${format.count(line)}:` : `Row ${format.count(row)}:`}
              </span>{" "}
              {reason}
            </li>
          ))}
        </ul>
      )}
      {reasons.length < refused && (
        <Muted>The first {format.count(reasons.length)} are named.</Muted>
      )}
    </>
  );
}
