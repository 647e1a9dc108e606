// Ties as a table; those that staff told can be removed.

import type { Person } from "../api/saleor";
import { type Tie, useDropTie } from "../api/ties";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import { tieName } from "./words";
import { say } from "../words/say";

interface Props {
  ties: readonly Tie[];
  people: Map<string, Person> | undefined;
  mayDrop: boolean;
}

function Drop({ tie }: { tie: Tie }) {
  const dropping = useDropTie();
  return (
    <>
      <Confirm
        label={say("ties.remove")}
        question={say("ties.remove.sure")}
        yes={say("ties.remove")}
        busy={dropping.isPending}
        onYes={() => {
          dropping.mutate(tie);
        }}
      />
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
    </>
  );
}

/** Staff told of it after it began, by more than a day: until then it counts for nothing. */
function isToldLater({ valid_from: from, known_at: known }: Tie): boolean {
  return known !== null && (from === null || Date.parse(known) - Date.parse(from) > 86_400_000);
}

function Row({ tie, people, mayDrop }: { tie: Tie } & Omit<Props, "ties">) {
  const { format } = useShop();
  const person = (id: string) => <CustomerLink customerId={id} person={people?.get(id)} brief />;
  return (
    <tr>
      <th scope="row">
        {tie.source_id === null ? (
          <span className="muted">{say("ties.somebody")}</span>
        ) : (
          person(tie.source_id)
        )}
      </th>
      <td>
        {tie.target_id === null ? (
          <span className="muted">{say("parts.guest")}</span>
        ) : (
          person(tie.target_id)
        )}
      </td>
      <td>
        {tieName(tie.kind)}
        <span className="muted cell-note">{say(`ties.origin.${tie.origin}`)}</span>
      </td>
      <td className="figure cell-number">{format.decimal(tie.weight)}</td>
      <td>
        {tie.valid_from ? format.day(tie.valid_from) : say("ties.always")}
        {isToldLater(tie) && (
          <span className="muted cell-note">
            {say("ties.counts", { day: format.day(tie.known_at ?? "") })}
          </span>
        )}
        {tie.valid_to && (
          <span className="muted cell-note">
            {say("ties.until", { day: format.day(tie.valid_to) })}
          </span>
        )}
      </td>
      {mayDrop && <td>{tie.origin === "staff" && <Drop tie={tie} />}</td>}
    </tr>
  );
}

export function TiesTable({ ties, people, mayDrop }: Props) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("ties.mover")}</th>
            <th scope="col">{say("ties.moved")}</th>
            <th scope="col">{say("ties.kind")}</th>
            <th scope="col" className="cell-number">
              {say("ties.weight")}
            </th>
            <th scope="col">{say("ties.since")}</th>
            {mayDrop && (
              <th scope="col">
                <span className="unseen">{say("ties.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {ties.map((tie) => (
            <Row
              key={`${tie.source_id} ${tie.target_id} ${tie.kind} ${tie.known_at}`}
              {...{ tie, people, mayDrop }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
