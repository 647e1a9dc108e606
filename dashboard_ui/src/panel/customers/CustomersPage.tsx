// All customers, by what they are worth or by what they move others to, of all verdicts or of one.

import { useState } from "react";

import {
  type CustomersWanted,
  useCustomers,
  useOverview,
  usePeople,
  type Verdict,
} from "../api/questions";
import { VERDICTS } from "../customer/words";
import { ORDER } from "../influence/TotalsCard";
import { CustomerTable } from "../overview/CustomerTable";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Choice } from "../parts/Choice";
import { CursorPaging, useCursors } from "../parts/CursorPaging";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";

const SHOWN = 25;

type Sort = NonNullable<CustomersWanted["sort"]>;

const SORTS: [Sort, string][] = [
  ["value", "Value"],
  ["civ", "Influence on others (CIV)"],
  ["crv", "Orders with personal code (CRV)"],
  ["clv", "Own purchases (CLV)"],
  ["score", "Score"],
  ["follow_on", "Who may be followed next"],
  ["revenue", "Revenue so far"],
  ["orders_count", "Number of orders"],
];

const ANY = "any";
const FILTERS: [Verdict | typeof ANY, string][] = [
  [ANY, "Any verdict"],
  ...ORDER.map((verdict): [Verdict, string] => [verdict, VERDICTS[verdict].label]),
];

export function CustomersPage() {
  const [sort, setSort] = useState<Sort>("value");
  const [verdict, setVerdict] = useState<Verdict | typeof ANY>(ANY);
  const trail = useCursors(SHOWN, `${sort} ${verdict}`);
  const overview = useOverview().data;
  const only = verdict === ANY ? {} : { verdict };
  const question = useCustomers({ sort, ...only, ...trail.page }, overview?.last_done?.id);
  const people = usePeople((question.data?.customers ?? []).map((row) => row.customer_id));
  const titles = new Map(overview?.segments.map(({ name, title }) => [name, title]));
  return (
    <AppPage
      title="Customers"
      subtitle={<Muted>What each customer is worth, and whether others buy because of them.</Muted>}
    >
      <div className="choices">
        <Choice label="Sorted by" options={SORTS} value={sort} onChoose={setSort} />
        <Choice label="Verdict" options={FILTERS} value={verdict} onChoose={setVerdict} />
      </div>
      <Answered question={question} loading="Loading the customers" lines={8}>
        {({ customers, total, total_is_exact: isExact, next }) =>
          customers.length === 0 ? (
            <Empty title={verdict === ANY ? "No values yet" : "Nobody has this verdict"}>
              {verdict === ANY
                ? "They appear here after the first run."
                : "Verdicts change with every run, as purchases and ties become known."}
            </Empty>
          ) : (
            <>
              <CustomerTable
                {...{ customers, titles }}
                first={trail.cursors.length * SHOWN + 1}
                people={people.data}
                forecast={sort === "follow_on"}
              />
              <CursorPaging
                {...{ trail, next, total, isExact }}
                shown={customers.length}
                of="customers"
              />
            </>
          )
        }
      </Answered>
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </AppPage>
  );
}
