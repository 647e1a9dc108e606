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
import { say } from "../words/say";

function Acts({ rights }: { rights: CustomerRights }) {
  const { customer_id: id } = rights;
  const objecting = useObject(id);
  const erasing = useErase(id);
  const exporting = useExport(id, (held) => {
    download("customer-data.json", JSON.stringify(held, null, 2), "application/json");
  });
  const trouble = objecting.error ?? erasing.error ?? exporting.error;
  const said = objecting.isSuccess
    ? say("record.rights.object.done")
    : erasing.isSuccess
      ? say("record.rights.erase.done")
      : exporting.isSuccess
        ? say("record.rights.export.done")
        : "";
  return (
    <>
      <div className="line">
        <Confirm
          label={say("record.rights.export")}
          question={say("record.rights.export.sure")}
          yes={say("record.rights.export.yes")}
          busy={exporting.isPending}
          onYes={exporting.mutate}
        />
        {rights.takes_part && (
          <Confirm
            label={say("record.rights.object")}
            question={say("record.rights.object.sure")}
            yes={say("record.rights.object")}
            busy={objecting.isPending}
            onYes={objecting.mutate}
          />
        )}
        {rights.erased_at === null && (
          <Confirm
            label={say("record.rights.erase")}
            question={say("record.rights.erase.sure")}
            yes={say("record.rights.erase")}
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
    <Card title={say("record.rights")} wide>
      <Answered
        question={useCustomerRights(customerId)}
        loading={say("record.rights.loading")}
        lines={2}
      >
        {(rights) => (
          <>
            <Muted>
              {rights.erased_at
                ? say("record.rights.erased", { day: format.day(rights.erased_at) })
                : rights.objected_at
                  ? say("record.rights.objected", { day: format.day(rights.objected_at) })
                  : say("record.rights.how")}
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
