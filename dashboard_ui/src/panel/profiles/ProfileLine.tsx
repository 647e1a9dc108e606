// In the customer widget: which profiles are proven, in a line; nothing where there are none.

import { useProfiles } from "../api/profiles";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { HandleLink } from "./HandleLink";
import { useNetworks } from "./networks";
import { profileState, proofName } from "./words";
import { say } from "../words/say";

export function ProfileLine({ customerId }: { customerId: string }) {
  const { networkName } = useNetworks();
  const { data, error } = useProfiles(customerId);
  const profiles = data?.profiles ?? [];
  if (error?.passing === true) {
    return <Muted>{say("linked.unknown")}</Muted>;
  }
  if (profiles.length === 0) return null;
  return (
    <Section title={say("linked.title")}>
      <ul className="stack-small">
        {profiles.map((profile) => (
          <li key={profile.network}>
            {networkName(profile.network)}, {proofName(profile.proof)}:{" "}
            <HandleLink handle={profile.handle} url={profile.url} />
            {profile.state !== "linked" && <Muted>{profileState(profile).label}</Muted>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
