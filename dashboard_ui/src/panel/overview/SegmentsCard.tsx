// The segments: their sizes now and after the last runs; an empty one says why it is empty.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { say } from "../words/say";
import { editPlace, LIST } from "../segments/place";
import { SizesChart } from "./SizesChart";

interface Props extends Pick<Overview, "segments"> {
  runId: number | undefined;
}

export function SegmentsCard({ segments, runId }: Props) {
  const { format } = useShop();
  return (
    <Card
      title={say("parts.place.segments")}
      action={<PlaceLink to={LIST}>{say("overview.segments.all")}</PlaceLink>}
    >
      {segments.length === 0 ? (
        <Empty title={say("overview.segments.none")}>{say("overview.segments.none.what")}</Empty>
      ) : (
        <>
          <SizesChart runId={runId} />
          <ul className="rows">
            {segments.map((segment) => (
              <li key={segment.name} className="row">
                <div>
                  <PlaceLink to={editPlace(segment.name)}>{segment.title}</PlaceLink>
                  <Muted>{segment.why_empty ?? segment.description}</Muted>
                </div>
                <Text as="p" size={5} className="figure" fontWeight="medium">
                  {format.count(segment.size)}
                </Text>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
