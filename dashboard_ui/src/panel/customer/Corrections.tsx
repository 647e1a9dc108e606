// What was found not to be so of a customer; what was corrected by mistake is taken back.

import { type CustomerRights, useWithdrawCorrection } from "../api/rights";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { correctionName } from "../profiles/words";
import { say } from "../words/say";

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
              {say("record.rights.corrected", {
                what: correctionName(one),
                day: format.day(one.made_at),
              })}
            </span>
            <Confirm
              label={say("record.rights.back")}
              question={say("record.rights.back.sure")}
              yes={say("record.rights.back.yes")}
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
