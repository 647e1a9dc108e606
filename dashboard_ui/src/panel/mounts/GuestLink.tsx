// On a guest's order: a link to the guest's page, for staff to hand over.

import { useGuestLink } from "../api/guests";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function GuestLink({ orderId }: { orderId: string }) {
  const { format } = useShop();
  const making = useGuestLink(orderId);
  return (
    <>
      <Muted>{say("mounts.guest.what")}</Muted>
      {making.data === undefined ? (
        <Confirm
          label={say("mounts.guest.make")}
          question={say("mounts.guest.sure")}
          yes={say("mounts.guest.yes")}
          busy={making.isPending}
          onYes={making.mutate}
        />
      ) : (
        <>
          <CopyField label={say("mounts.guest.label")} text={making.data.url} />
          <Muted>
            {say("mounts.guest.until", { when: format.moment(making.data.expires_at) })}
          </Muted>
        </>
      )}
      {making.isError && <TroubleNotice trouble={making.error} />}
    </>
  );
}
