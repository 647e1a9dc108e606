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

function Waiting({ links }: Pick<CustomerProfiles, "links">) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const waiting = links.filter(({ state }) => state === "waiting");
  if (waiting.length === 0) return null;
  return (
    <ul className="stack-small" aria-label="Waiting for the customer">
      {waiting.map(({ network, handle, since }) => (
        <li key={network} className="muted">
          {networkName(network)}: asked or begun on {format.day(since)}, not proven yet
          {handle !== null && `; ${handle} was suggested`}.
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
        <Empty title="No profile is linked">
          The customer can link one on their own page, with their consent. You can ask them to.
        </Empty>
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
    <Card title="Social profiles" wide>
      <IfOn question={question} loading="Loading profiles" lines={5}>
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
