// On a customer's page: whether anything is computed of them, and what staff do when they ask for it.

import {
  type CustomerRights,
  useCustomerRights,
  useErase,
  useExport,
  useObject,
} from "../api/rights";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Confirm } from "../parts/Confirm";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Corrections } from "./Corrections";
import { clockOf, isOpen, requestName } from "../privacy/requests";

function Acts({ rights }: { rights: CustomerRights }) {
  const { customer_id: id } = rights;
  const objecting = useObject(id);
  const erasing = useErase(id);
  const exporting = useExport(id, (held) => {
    download("customer-data.json", JSON.stringify(held, null, 2), "application/json");
  });
  const trouble = objecting.error ?? erasing.error ?? exporting.error;
  const said = objecting.isSuccess
    ? "Done: nothing is computed of them."
    : erasing.isSuccess
      ? "Done: no row names them any more."
      : exporting.isSuccess
        ? "Saved: hand the file to them, and to nobody else."
        : "";
  return (
    <>
      <div className="line">
        <Confirm
          label="Export for them"
          question="Save everything that is held of them, to hand it to them?"
          yes="Export"
          busy={exporting.isPending}
          onYes={exporting.mutate}
        />
        {rights.takes_part && (
          <Confirm
            label="Object"
            question="They object? Everything computed of them is deleted at once. Only they can take part again."
            yes="Object"
            busy={objecting.isPending}
            onYes={objecting.mutate}
          />
        )}
        {rights.erased_at === null && (
          <Confirm
            label="Erase"
            question="They want to be erased? This cannot be undone. Their orders stay, without their name."
            yes="Erase"
            busy={erasing.isPending}
            onYes={erasing.mutate}
          />
        )}
      </div>
      <p className="muted" role="status">
        {said}
      </p>
      {trouble && <TroubleNotice trouble={trouble} />}
    </>
  );
}

export function RightsCard({ customerId }: { customerId: string }) {
  const { format } = useShop();
  return (
    <Card title="Their rights" wide>
      <Answered question={useCustomerRights(customerId)} loading="Loading their rights" lines={2}>
        {(rights) => (
          <>
            <Muted>
              {rights.erased_at
                ? `Erased on ${format.day(rights.erased_at)}: nothing is computed of them.`
                : rights.objected_at
                  ? `They objected on ${format.day(rights.objected_at)}: nothing is computed of them.`
                  : "They can do all of this on their own page. Do it here when they ask you."}
            </Muted>
            {rights.requests.filter(isOpen).map((one) => (
              <p key={one.id}>
                {requestName(one.kind)}: {clockOf(one.days_left)?.text}
              </p>
            ))}
            <Corrections rights={rights} />
            <Acts rights={rights} />
          </>
        )}
      </Answered>
    </Card>
  );
}
