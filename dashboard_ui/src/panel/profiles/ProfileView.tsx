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

interface Props {
  profile: LinkedProfile;
  scores: NetworkScores | undefined;
  ties: TieCount | undefined;
}

function Reading({ profile }: { profile: LinkedProfile }) {
  const { format } = useShop();
  const [newest] = profile.snapshots;
  if (newest === undefined) {
    return <Muted>Not read yet. It will be, within a minute of consent to scores.</Muted>;
  }
  const count = (value: number | null) => (value === null ? "not offered" : format.count(value));
  const { followers_seen: seen, followers_known: known, rows_skipped: skipped } = newest;
  const unread = skipped > 0 ? `; ${format.count(skipped)} rows could not be read` : "";
  const facts: Fact[] = [
    { label: "Followers", value: count(newest.followers) },
    {
      label: "of them customers who agreed as well",
      value: count(known),
      note:
        seen === null
          ? undefined
          : `of ${format.count(seen)} looked at; nobody else is stored${unread}`,
    },
    { label: "Following", value: count(newest.following) },
    { label: "Posts", value: count(newest.posts) },
    {
      label: "Response to a post, median",
      value:
        newest.engagement_median === null ? "not known" : format.decimal(newest.engagement_median),
      note: newest.posts_read === null ? undefined : `of ${format.count(newest.posts_read)} read`,
    },
  ];
  return (
    <>
      <Facts facts={facts} />
      <Muted>Read on {format.moment(newest.at)}</Muted>
    </>
  );
}

function Counted({ profile, scores, ties }: Props) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const name = networkName(profile.network);
  const facts: Fact[] = [
    { label: "Customers they may lead", value: format.count(ties?.may_be_led ?? 0) },
    { label: "Customers who may lead them", value: format.count(ties?.may_lead ?? 0) },
  ];
  if (scores !== undefined) {
    const { reach_contacts: active, contacts } = scores;
    facts.push(
      {
        label: "Reach",
        value: scores.reach ?? "–",
        note: `${format.count(active)} of ${format.count(contacts)} trusted contacts bought lately`,
      },
      { label: "Amplification", value: scores.amplification ?? "–" },
      { label: "Network", value: scores.network ?? "–" },
      { label: "Ambassador", value: scores.ambassador ?? "–" },
    );
  }
  return (
    <>
      <Facts facts={facts} />
      <Muted>
        {scores
          ? `By ${name}'s ties alone; “–” is not enough evidence.`
          : `No scores by ${name} yet: they come with a run after ties were found there.`}
      </Muted>
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
      <section className="profile" aria-label={networkName(network)}>
        <div className="topic-head">
          <Text as="h3" size={3} fontWeight="medium">
            {networkName(network)}
          </Text>
          <HandleLink handle={profile.handle} url={profile.url} />
          <Chip tone={tone}>{label}</Chip>
        </div>
        <p>
          {sentenceCase(proofName(proof))} on {format.moment(since)}
        </p>
        {trouble !== null && (
          <Notice tone="warning" title={trouble}>
            {troubled === null ? "Tried again by itself." : `Since ${format.moment(troubled)}`}
          </Notice>
        )}
        <div className="cards">
          <div className="stack-small">
            <Reading profile={profile} />
          </div>
          <div className="stack-small">
            <Counted {...{ profile, scores, ties }} />
          </div>
        </div>
      </section>
    </li>
  );
}
