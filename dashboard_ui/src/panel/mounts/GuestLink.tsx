// On a guest's order: a link to the guest's page, for staff to hand over.

import { useGuestLink } from "../api/guests";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";

export function GuestLink({ orderId }: { orderId: string }) {
  const { format } = useShop();
  const making = useGuestLink(orderId);
  return (
    <>
      <Muted>
        If the guest asks what is held about them, give them a link to their page. Make sure that it
        is them: it shows the data, and can erase it.
      </Muted>
      {making.data === undefined ? (
        <Confirm
          label="Make a link for the guest"
          question="Have you made sure who asks?"
          yes="Make the link"
          busy={making.isPending}
          onYes={making.mutate}
        />
      ) : (
        <>
          <CopyField label="For this guest alone" text={making.data.url} />
          <Muted>It works until {format.moment(making.data.expires_at)}.</Muted>
        </>
      )}
      {making.isError && <TroubleNotice trouble={making.error} />}
    </>
  );
}
