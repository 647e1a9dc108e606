// What was found not to be so of a customer; what was corrected by mistake is taken back.

import { type CustomerRights, useWithdrawCorrection } from "../api/rights";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { correctionName } from "../profiles/words";

export function Corrections({ rights }: { rights: CustomerRights }) {
  const { format } = useShop();
  const withdrawing = useWithdrawCorrection();
  if (rights.corrections.length === 0) return null;
  return (
    <>
      <ul className="rows">
        {rights.corrections.map((one) => (
          <li key={one.id} className="row">
            <span>
              {correctionName(one)} (since {format.day(one.made_at)})
            </span>
            <Confirm
              label="Take it back"
              question="Was this corrected by mistake?"
              yes="Take back"
              busy={withdrawing.isPending}
              onYes={() => {
                withdrawing.mutate(one.id);
              }}
            />
          </li>
        ))}
      </ul>
      {withdrawing.isError && <TroubleNotice trouble={withdrawing.error} />}
    </>
  );
}
