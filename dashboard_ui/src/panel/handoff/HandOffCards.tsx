// The two ways by which perks are handed off.

import { useHandOff } from "../api/handOff";
import { useMay } from "../bridge/may";
import { Answered } from "../parts/Answered";
import { MailCard } from "./MailCard";
import { WebhookCard } from "./WebhookCard";
import { say } from "../words/say";

export function HandOffCards() {
  const mayChange = useMay("MANAGE_APPS");
  return (
    <Answered question={useHandOff()} loading={say("handoff.loading")} lines={6}>
      {({ webhook, mail, mail_can_be_set: canBeSet }) => (
        <>
          <WebhookCard webhook={webhook} mayChange={mayChange} />
          <MailCard {...{ mail, canBeSet, mayChange }} />
        </>
      )}
    </Answered>
  );
}
