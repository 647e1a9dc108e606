// Who has used a programme's perk most, each with what came of theirs.

import { type Programme, useHolders } from "../api/perks";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Chip } from "../parts/Chip";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Section } from "../parts/Section";
import { usesWords } from "./uses";
import { say } from "../words/say";

export function Holders({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const question = useHolders(programme.id);
  const people = usePeople((question.data ?? []).map((one) => one.customer_id));
  return (
    <Section title={say("voucher.most")}>
      <Answered question={question} loading={say("voucher.loading.holders")} lines={3}>
        {(holders) =>
          holders.length === 0 ? (
            <Muted>{say("voucher.unused")}</Muted>
          ) : (
            <ul className="rows">
              {holders.map(({ customer_id: id, uses, uses_by_others: byOthers, paid, leaks }) => (
                <li key={id} className="row">
                  <div>
                    <CustomerLink customerId={id} person={people.data?.get(id)} brief />
                    <Muted>{usesWords({ byOthers, byOwner: uses - byOthers })}</Muted>
                    {leaks && <Chip tone="warning">{say("voucher.leaks")}</Chip>}
                  </div>
                  <span className="figure row-money">
                    {format.money(paid)}
                    <span className="facts-note">
                      <PlaceLink to={evidencePlace(id)}>{say("voucher.evidence")}</PlaceLink>
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}
