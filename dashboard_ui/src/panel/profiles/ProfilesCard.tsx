// A customer's social profiles: proven how, by which consent, what was read, and what follows from it.

import { type CustomerProfiles, useProfiles } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { AskToLink } from "./AskToLink";
import { Consents } from "./Consents";
import { IfOn } from "./IfOn";
import { ProfileView } from "./ProfileView";
import { TiesByKind } from "./TiesByKind";
import { useNetworks } from "./networks";
import { say } from "../words/say";

function Waiting({ links }: Pick<CustomerProfiles, "links">) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const waiting = links.filter(({ state }) => state === "waiting");
  if (waiting.length === 0) return null;
  return (
    <ul className="stack-small" aria-label={say("linked.waiting")}>
      {waiting.map(({ network, handle, since }) => (
        <li key={network} className="muted">
          {handle === null
            ? say("profiles.card.waiting", {
                network: networkName(network),
                day: format.day(since),
              })
            : say("profiles.card.waiting.handle", {
                network: networkName(network),
                day: format.day(since),
                handle,
              })}
        </li>
      ))}
    </ul>
  );
}

function Known({ found }: { found: CustomerProfiles }) {
  const { profiles, network_scores: scores, ties, consents, links } = found;
  return (
    <>
      {profiles.length === 0 ? (
        <Empty title={say("profiles.card.none")}>{say("profiles.card.none.how")}</Empty>
      ) : (
        <ul className="rows">
          {profiles.map((profile) => (
            <ProfileView
              key={profile.network}
              profile={profile}
              scores={scores.find(({ kind }) => kind === profile.network)}
              ties={ties.find(({ kind }) => kind === profile.network)}
            />
          ))}
        </ul>
      )}
      <Waiting links={links} />
      {profiles.length > 0 && <TiesByKind ties={ties} />}
      {consents.length > 0 && <Consents rows={consents} />}
    </>
  );
}

export function ProfilesCard({ customerId }: { customerId: string }) {
  const question = useProfiles(customerId);
  return (
    <Card title={say("linked.title")} wide>
      <IfOn question={question} loading={say("profiles.card.loading")} lines={5}>
        {(found) => (
          <>
            <Known found={found} />
            <AskToLink
              customerId={customerId}
              linked={found.profiles.map(({ network }) => network)}
            />
          </>
        )}
      </IfOn>
    </Card>
  );
}
