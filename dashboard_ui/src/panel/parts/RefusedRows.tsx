// Rows of a file that cannot be used, each with the reason.

import { useShop } from "../bridge/shop";
import { Muted } from "./Muted";
import { say } from "../words/say";

interface Props {
  reasons: readonly { row: number; line?: number | null; reason: string }[];
  refused: number;
}

export function RefusedRows({ reasons, refused }: Props) {
  const { format } = useShop();
  return (
    <>
      {reasons.length > 0 && (
        <ul className="refused" aria-label={say("parts.rows.refused")}>
          {reasons.map(({ row, line, reason }) => (
            <li key={row}>
              <span className="figure muted">
                {line
                  ? say("parts.line", { n: format.count(line) })
                  : say("parts.row", { n: format.count(row) })}
              </span>{" "}
              {reason}
            </li>
          ))}
        </ul>
      )}
      {reasons.length < refused && (
        <Muted>{say("parts.rows.first", { count: format.count(reasons.length) })}</Muted>
      )}
    </>
  );
}
