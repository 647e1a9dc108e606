// On a gift card: whose it is, and what they are worth.

import { useGiftCardPeople } from "../api/giftCards";
import { NeedsPermission } from "../bridge/NeedsPermission";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import type { Key } from "../words/keys";
import { say } from "../words/say";
import { About } from "./About";

type Role = "assigned_to" | "used_by" | "bought_by";

/** Each with its words at the beginning, and after others. */
const ROLES: readonly [Role, Key, Key][] = [
  ["assigned_to", "mounts.card.assigned_to", "mounts.card.assigned_to"],
  ["used_by", "mounts.card.used_by", "mounts.card.also.used_by"],
  ["bought_by", "mounts.card.bought_by", "mounts.card.also.bought_by"],
];

/** Each customer once, with all that the card is to them: "Only for, used by". */
function byPerson(people: Record<Role, string | null>): [string, string][] {
  const found = new Map<string, string>();
  for (const [role, first, also] of ROLES) {
    const id = people[role];
    const before = id === null ? undefined : found.get(id);
    if (id !== null) {
      found.set(id, before === undefined ? say(first) : `${before}, ${say(also)}`);
    }
  }
  return [...found];
}

function Whose({ giftCardId }: { giftCardId: string }) {
  return (
    <Answered
      question={useGiftCardPeople(giftCardId)}
      loading={say("mounts.card.loading")}
      lines={4}
    >
      {(people) => {
        const known = byPerson(people);
        if (known.length === 0) {
          return <Empty title={say("mounts.card.none")}>{say("mounts.card.none.why")}</Empty>;
        }
        return (
          <div className="stack">
            {known.map(([id, title]) => (
              <Section key={id} title={title}>
                <CustomerSummary customerId={id} />
              </Section>
            ))}
          </div>
        );
      }}
    </Answered>
  );
}

function GiftCard({ giftCardId }: { giftCardId: string }) {
  return (
    <NeedsPermission permission="MANAGE_GIFT_CARD" what={say("mounts.card.permission")}>
      <Whose giftCardId={giftCardId} />
    </NeedsPermission>
  );
}

export function GiftCardWidget() {
  return (
    <About params={["giftCardId"]} of="gift-card">
      {(giftCardId) => <GiftCard giftCardId={giftCardId} />}
    </About>
  );
}

export function GiftCardPopup() {
  return (
    <About params={["giftCardId"]} of="gift-card" title={say("mounts.card.title")}>
      {(giftCardId) => <GiftCard giftCardId={giftCardId} />}
    </About>
  );
}
