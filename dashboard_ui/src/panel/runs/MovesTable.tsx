// Customers whose value, verdict or segments differ between two runs.

import type { Move } from "../api/runs";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import css from "./runs.module.css";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const FIGURES: readonly Key[] = ["runs.moves.before", "runs.moves.after", "runs.moves.change"];

function signed(text: string, amount: string): string {
  return Number(amount) > 0 ? `+${text}` : text;
}

function Row({ move, person }: { move: Move; person: Person | undefined }) {
  const { format } = useShop();
  const { value_before: before, value_after: after, change } = move;
  return (
    <tr>
      <th scope="row">
        <CustomerLink customerId={move.customer_id} person={person} brief />
      </th>
      <td className="figure cell-number">{before ? format.money(before) : "–"}</td>
      <td className="figure cell-number">{after ? format.money(after) : "–"}</td>
      <td className="figure cell-number">{signed(format.money(change), change.amount)}</td>
      <td className={css["cell-sentence"]}>
        {move.reasons.map((reason) => (
          <span key={reason} className={css["cell-reason"]}>
            {reason}
          </span>
        ))}
        <span className="chips">
          {move.entered.map((name) => (
            <Chip key={name} tone="success">
              {say("runs.moves.into", { name })}
            </Chip>
          ))}
          {move.left.map((name) => (
            <Chip key={name}>{say("runs.moves.out", { name })}</Chip>
          ))}
        </span>
      </td>
    </tr>
  );
}

interface Props {
  moves: readonly Move[];
  people: Map<string, Person> | undefined;
}

export function MovesTable({ moves, people }: Props) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("parts.customer")}</th>
            {FIGURES.map((label) => (
              <th key={label} scope="col" className="cell-number">
                {say(label)}
              </th>
            ))}
            <th scope="col">{say("runs.moves.why")}</th>
          </tr>
        </thead>
        <tbody>
          {moves.map((move) => (
            <Row key={move.customer_id} move={move} person={people?.get(move.customer_id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
