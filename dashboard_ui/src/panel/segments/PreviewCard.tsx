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
import { peopleWords } from "./words";

function factsOf(
  found: SegmentPreview,
  format: ReturnType<typeof useShop>["format"],
  moving: boolean,
): Fact[] {
  // Without a share at most and members, all who meet the conditions are the number above.
  const facts: Fact[] = moving
    ? [
        { label: "Meet all conditions", value: format.count(found.meeting) },
        { label: "Would enter", value: format.count(found.entering) },
        { label: "Would leave", value: format.count(found.leaving) },
      ]
    : [];
  if (found.agreed === null) return facts;
  const lack = (count: number) =>
    count < found.size ? `${format.count(found.size - count)} have not` : undefined;
  return [
    ...facts,
    {
      label: "Agreed to perks",
      value: format.count(found.agreed.perks),
      note: lack(found.agreed.perks),
    },
    {
      label: "Agreed to be contacted",
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
          {peopleWords(found.size, format)}
        </Text>
        <Muted>
          {format.percent(found.share)} of {peopleWords(found.customers, format)} with a value
        </Muted>
      </div>
      {found.why_empty && (
        <Notice tone="info" title="Nobody would enter">
          {found.why_empty}
        </Notice>
      )}
      {facts.length > 0 && <Facts facts={facts} />}
      {found.agreed !== null &&
        Math.min(found.agreed.perks, found.agreed.outreach) < found.size && (
          <ShopperPageLink label="To invite the others: the page where customers say what they agree to" />
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
    <Card title={moving ? "Who would be in" : "Who meets them now"}>
      {!isAsked ? (
        <Empty title="Not to be counted yet">
          It is counted as soon as every condition is complete.
        </Empty>
      ) : question.isError ? (
        <TroubleNotice
          trouble={question.error}
          onAgain={() => void question.refetch()}
          busy={question.isFetching}
        />
      ) : question.data ? (
        <Found found={question.data} stale={stale || question.isFetching} moving={moving} />
      ) : (
        <Skeletons label="Counting who would be in" lines={5} />
      )}
    </Card>
  );
}
