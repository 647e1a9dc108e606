// Ties as a table; those that staff told can be removed.

import type { Person } from "../api/saleor";
import { type Tie, useDropTie } from "../api/ties";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import { A_CUSTOMER, ORIGINS, tieName } from "./words";

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
        label="Remove"
        question="Remove this tie?"
        yes="Remove"
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
          <span className="muted">{A_CUSTOMER}</span>
        ) : (
          person(tie.source_id)
        )}
      </th>
      <td>
        {tie.target_id === null ? <span className="muted">a guest</span> : person(tie.target_id)}
      </td>
      <td>
        {tieName(tie.kind)}
        <span className="muted cell-note">{ORIGINS[tie.origin]}</span>
      </td>
      <td className="figure cell-number">{format.decimal(tie.weight)}</td>
      <td>
        {tie.valid_from ? format.day(tie.valid_from) : "Always"}
        {isToldLater(tie) && (
          <span className="muted cell-note">counts from {format.day(tie.known_at ?? "")}</span>
        )}
        {tie.valid_to && <span className="muted cell-note">until {format.day(tie.valid_to)}</span>}
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
            <th scope="col">Who may move</th>
            <th scope="col">whom</th>
            <th scope="col">Kind</th>
            <th scope="col" className="cell-number">
              Weight
            </th>
            <th scope="col">Since</th>
            {mayDrop && (
              <th scope="col">
                <span className="unseen">Actions</span>
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
