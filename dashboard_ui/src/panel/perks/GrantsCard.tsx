// Who was drawn for a programme.

import { useGiftCards } from "../api/giftCards";
import { type Programme, usePerkGrants } from "../api/perks";
import { usePeople } from "../api/questions";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { canTopUp } from "./fields";
import { GiveByHand } from "./GiveByHand";
import { GrantRow } from "./GrantRow";
import { GrantsDownload } from "./GrantsDownload";
import { TopUp } from "./TopUp";
import { UseCheck } from "./UseCheck";
import { say } from "../words/say";

const SHOWN = 20;

export function GrantsCard({ programme }: { programme: Programme }) {
  const [page, turn] = usePage(SHOWN);
  const question = usePerkGrants(programme, page);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const ids = (question.data?.grants ?? []).flatMap(({ customer_id: id }) => (id ? [id] : []));
  const people = usePeople([...new Set(ids)]);
  const cardIds = (question.data?.grants ?? []).flatMap(({ card_id: id }) => (id ? [id] : []));
  const cards = useGiftCards(cardIds, question.data);
  const currency = canTopUp(programme) ? programme.currency : null;
  return (
    <Card title={say("perks.drawn")} wide action={<GrantsDownload programme={programme} />}>
      <Answered question={question} loading={say("perks.drawn.loading")} lines={6}>
        {({ grants, total }) =>
          total === 0 ? (
            <Empty title={say("perks.drawn.none")}>{say("perks.drawn.none.when")}</Empty>
          ) : (
            <>
              <ul className="rows" aria-label={say("perks.drawn.list")}>
                {grants.map((grant) => (
                  <GrantRow
                    key={grant.id}
                    grant={grant}
                    person={people.data?.get(grant.customer_id ?? "")}
                    card={cards.data?.get(grant.card_id ?? "")}
                    currency={currency}
                  />
                ))}
              </ul>
              <Paging page={page} total={total} of={say("perks.drawn.of")} onTurn={turn} />
            </>
          )
        }
      </Answered>
      {cards.isError && <Muted>{say("perks.drawn.balances", { why: cards.error.message })}</Muted>}
      {mayChange && currency !== null && cardIds.length > 0 && (
        <div className="line">
          <TopUp programmeId={programme.id} currency={currency} cardId={null} />
        </div>
      )}
      {mayChange && programme.state === "running" && <GiveByHand programme={programme} />}
      <UseCheck programme={programme} />
    </Card>
  );
}
