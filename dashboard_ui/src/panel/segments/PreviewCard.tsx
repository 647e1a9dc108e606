// Who would be in, as it is written now: how many, who, why, and where else they are.

import type { UseQueryResult } from "@tanstack/react-query";

import type { SegmentPreview } from "../api/segments";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { ShopperPageLink } from "../parts/ShopperPageLink";
import { Skeletons } from "../parts/Skeletons";
import { Text } from "../parts/Text";
import { TroubleNotice } from "../parts/TroubleNotice";
import { Examples, Overlap } from "./Members";
import { say } from "../words/say";

function factsOf(
  found: SegmentPreview,
  format: ReturnType<typeof useShop>["format"],
  moving: boolean,
): Fact[] {
  // Without a share at most and members, all who meet the conditions are the number above.
  const facts: Fact[] = moving
    ? [
        { label: say("segments.preview.meeting"), value: format.count(found.meeting) },
        { label: say("segments.preview.entering"), value: format.count(found.entering) },
        { label: say("segments.preview.leaving"), value: format.count(found.leaving) },
      ]
    : [];
  if (found.agreed === null) return facts;
  const lack = (count: number) =>
    count < found.size
      ? say("segments.preview.agreed.not", { count: format.count(found.size - count) })
      : undefined;
  return [
    ...facts,
    {
      label: say("segments.preview.agreed.perks"),
      value: format.count(found.agreed.perks),
      note: lack(found.agreed.perks),
    },
    {
      label: say("segments.preview.agreed.outreach"),
      value: format.count(found.agreed.outreach),
      note: lack(found.agreed.outreach),
    },
  ];
}

function Found(props: { found: SegmentPreview; stale: boolean; moving: boolean }) {
  const { found, stale, moving } = props;
  const { format } = useShop();
  const facts = factsOf(found, format, moving);
  return (
    <>
      <div className="live" role="status" aria-live="polite" aria-busy={stale}>
        <Text as="p" size={9} fontWeight="medium" className="figure">
          {say("parts.customers", { count: found.size })}
        </Text>
        <Muted>
          {say("segments.preview.share", {
            share: format.percent(found.share),
            count: found.customers,
          })}
        </Muted>
      </div>
      {found.why_empty && (
        <Notice tone="info" title={say("segments.preview.nobody")}>
          {found.why_empty}
        </Notice>
      )}
      {facts.length > 0 && <Facts facts={facts} />}
      {found.agreed !== null &&
        Math.min(found.agreed.perks, found.agreed.outreach) < found.size && (
          <ShopperPageLink label={say("segments.preview.invite")} />
        )}
      {found.size > 0 && <Overlap found={found} />}
      {found.sample.length > 0 && <Examples sample={found.sample} />}
    </>
  );
}

interface Props {
  question: UseQueryResult<SegmentPreview>;
  /** False while the definition is not whole. */
  isAsked: boolean;
  /** Whether what is shown is of an earlier wording. */
  stale: boolean;
  /** Whether somebody may be in already, and so enter or leave. */
  moving?: boolean;
}

export function PreviewCard({ question, isAsked, stale, moving = true }: Props) {
  return (
    <Card title={say(moving ? "segments.preview" : "segments.preview.meet")}>
      {!isAsked ? (
        <Empty title={say("segments.preview.early")}>{say("segments.preview.early.why")}</Empty>
      ) : question.isError ? (
        <TroubleNotice
          trouble={question.error}
          onAgain={() => void question.refetch()}
          busy={question.isFetching}
        />
      ) : question.data ? (
        <Found found={question.data} stale={stale || question.isFetching} moving={moving} />
      ) : (
        <Skeletons label={say("segments.preview.loading")} lines={5} />
      )}
    </Card>
  );
}
