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

function Whose({ giftCardId }: { giftCardId: string }) {
  return (
    <Answered
      question={useGiftCardPeople(giftCardId)}
      loading="Looking up whose card this is"
      lines={4}
    >
      {(people) => {
        const known = ROLES.flatMap(([role, label]) => {
          const id = people[role];
          return id === null ? [] : [{ role, label, id }];
        });
        if (known.length === 0) {
          return (
            <Empty title="Nobody's card yet">
              No customer account has bought, used or been given it.
            </Empty>
          );
        }
        return (
          <div className="stack">
            {known.map(({ role, label, id }) => (
              <Section key={role} title={label}>
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
