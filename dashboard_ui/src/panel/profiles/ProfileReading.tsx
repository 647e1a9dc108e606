// The newest reading of a linked profile: its followers, posts and the response to them.

import type { LinkedProfile } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

export function ProfileReading({ profile }: { profile: LinkedProfile }) {
  const { format } = useShop();
  const [newest] = profile.snapshots;
  if (newest === undefined) {
    return <Muted>{say("profiles.read.not")}</Muted>;
  }
  const count = (value: number | null) =>
    value === null ? say("profiles.read.offered.not") : format.count(value);
  const { followers_seen: seen, followers_known: known, rows_skipped: skipped } = newest;
  const looked = seen === null ? null : { seen: format.count(seen) };
  const facts: Fact[] = [
    { label: say("profiles.read.followers"), value: count(newest.followers) },
    {
      label: say("profiles.read.known"),
      value: count(known),
      note:
        looked === null
          ? undefined
          : skipped > 0
            ? say("profiles.read.seen.unread", { ...looked, rows: skipped })
            : say("profiles.read.seen", looked),
    },
    { label: say("profiles.read.following"), value: count(newest.following) },
    { label: say("profiles.read.posts"), value: count(newest.posts) },
    {
      label: say("profiles.read.response"),
      value:
        newest.engagement_median === null
          ? say("profiles.read.known.not")
          : format.decimal(newest.engagement_median),
      note:
        newest.posts_read === null
          ? undefined
          : say("profiles.read.of", { count: format.count(newest.posts_read) }),
    },
  ];
  return (
    <>
      <Facts facts={facts} />
      <Muted>{say("profiles.read.on", { when: format.moment(newest.at) })}</Muted>
    </>
  );
}
