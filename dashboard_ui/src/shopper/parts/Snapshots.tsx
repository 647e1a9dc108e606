import type { Profile } from "../api/client";
import type { Words } from "../words";
import { Table } from "./Table";

const COLUMNS = [
  "at",
  "followers",
  "following",
  "posts",
  "known",
  "read",
  "median",
  "topics",
] as const;

/** What was read of a profile, and when. */
export function Snapshots({ words, profile }: { words: Words; profile: Profile }) {
  const { snapshots: rows, network } = profile;
  const [last] = rows;
  if (!last) return <p class="small">{words.t("snapshots.none")}</p>;
  const count = (value: number | null, digits = 0) =>
    value === null ? words.t("unsaid") : words.number(value, digits);
  const topics = (found: Record<string, number>) =>
    Object.entries(found)
      .map(([topic, times]) => `${topic} (${words.number(times)})`)
      .join(", ") || "–";
  return (
    <>
      {last.followers !== null && (
        <p>{words.t("snapshots.followers", { count: last.followers, day: words.day(last.at) })}</p>
      )}
      {last.followers_known !== null && (
        <p>{words.t("snapshots.known", { count: last.followers_known })}</p>
      )}
      <Table
        id={`snapshots-${network}`}
        summary={words.t("snapshots.title", { count: rows.length })}
        heads={COLUMNS.map((name) => words.t(`column.${name}`))}
        rows={rows.map((row) => [
          words.moment(row.at),
          count(row.followers),
          count(row.following),
          count(row.posts),
          count(row.followers_known),
          count(row.posts_read),
          count(row.engagement_median, 1),
          topics(row.topics),
        ])}
      />
    </>
  );
}
