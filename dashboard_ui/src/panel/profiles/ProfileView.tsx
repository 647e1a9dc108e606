// One linked profile: whose it is and by what proof, the newest reading, and the scores by its ties alone.

import type { LinkedProfile, NetworkScores, TieCount } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { sentenceCase } from "../format/format";
import { Chip } from "../parts/Chip";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { Text } from "../parts/Text";
import { useNetworks } from "./networks";
import { profileState, proofName } from "./words";
import { HandleLink } from "./HandleLink";
import { ProfileReading } from "./ProfileReading";
import { say } from "../words/say";
import css from "./profiles.module.css";

interface Props {
  profile: LinkedProfile;
  scores: NetworkScores | undefined;
  ties: TieCount | undefined;
}

function Counted({ profile, scores, ties }: Props) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const network = networkName(profile.network);
  const facts: Fact[] = [
    { label: say("profiles.led"), value: format.count(ties?.may_be_led ?? 0) },
    { label: say("profiles.leads"), value: format.count(ties?.may_lead ?? 0) },
  ];
  if (scores !== undefined) {
    const { reach_contacts: active, contacts } = scores;
    facts.push(
      {
        label: say("profiles.score.reach"),
        value: scores.reach ?? "–",
        note: say("profiles.score.reach.of", {
          active: format.count(active),
          contacts: format.count(contacts),
        }),
      },
      { label: say("profiles.score.amplification"), value: scores.amplification ?? "–" },
      { label: say("profiles.score.network"), value: scores.network ?? "–" },
      { label: say("profiles.score.ambassador"), value: scores.ambassador ?? "–" },
    );
  }
  return (
    <>
      <Facts facts={facts} />
      <Muted>{say(scores ? "profiles.scores" : "profiles.scores.none", { network })}</Muted>
    </>
  );
}

export function ProfileView({ profile, scores, ties }: Props) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const { network, proof, proven_at: since, trouble, trouble_since: troubled } = profile;
  const { label, tone } = profileState(profile);
  return (
    <li className="row">
      <section className={css.profile} aria-label={networkName(network)}>
        <div className="topic-head">
          <Text as="h3" size={3} fontWeight="medium">
            {networkName(network)}
          </Text>
          <HandleLink handle={profile.handle} url={profile.url} />
          <Chip tone={tone}>{label}</Chip>
        </div>
        <p>
          {sentenceCase(
            say("profiles.proven", { proven: proofName(proof), when: format.moment(since) }),
          )}
        </p>
        {trouble !== null && (
          <Notice tone="warning" title={trouble}>
            {troubled === null
              ? say("profiles.trouble.again")
              : say("profiles.trouble.since", { when: format.moment(troubled) })}
          </Notice>
        )}
        <div className="cards">
          <div className="stack-small">
            <ProfileReading profile={profile} />
          </div>
          <div className="stack-small">
            <Counted {...{ profile, scores, ties }} />
          </div>
        </div>
      </section>
    </li>
  );
}
