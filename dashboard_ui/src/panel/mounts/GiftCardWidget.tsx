// On a gift card: whose it is, and what they are worth.

import { useGiftCardPeople } from "../api/giftCards";
import { NeedsPermission } from "../bridge/NeedsPermission";
import { CustomerSummary } from "../customer/CustomerSummary";
import { Answered } from "../parts/Answered";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import { About } from "./About";

const ROLES = [
  ["assigned_to", "Only for"],
  ["used_by", "Used by"],
  ["bought_by", "Bought or made by"],
] as const;

/** Each customer once, with all that the card is to them: "Only for, used by". */
function byPerson(people: Record<(typeof ROLES)[number][0], string | null>): [string, string][] {
  const found = new Map<string, string>();
  for (const [role, label] of ROLES) {
    const id = people[role];
    const before = id === null ? undefined : found.get(id);
    if (id !== null) {
      found.set(id, before === undefined ? label : `${before}, ${label.toLowerCase()}`);
    }
  }
  return [...found];
}

function Whose({ giftCardId }: { giftCardId: string }) {
  return (
    <Answered
      question={useGiftCardPeople(giftCardId)}
      loading="Looking up whose card this is"
      lines={4}
    >
      {(people) => {
        const known = byPerson(people);
        if (known.length === 0) {
          return (
            <Empty title="Nobody's card yet">
              No customer account has bought, used or been given it.
            </Empty>
          );
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
    <NeedsPermission permission="MANAGE_GIFT_CARD" what="reading whose gift card this is">
      <Whose giftCardId={giftCardId} />
    </NeedsPermission>
  );
}

export function GiftCardWidget() {
  return (
    <About params={["giftCardId"]} of="gift card">
      {(giftCardId) => <GiftCard giftCardId={giftCardId} />}
    </About>
  );
}

export function GiftCardPopup() {
  return (
    <About params={["giftCardId"]} of="gift card" title="Whose gift card this is">
      {(giftCardId) => <GiftCard giftCardId={giftCardId} />}
    </About>
  );
}
