// All segments: how large, how large at most, what they wait for, and where they are going.

import { type Segment, useSegments } from "../api/segments";
import { useMay } from "../bridge/may";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Bars } from "../parts/Bars";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { copyPlace, editPlace, NEW } from "./place";
import { trendWords } from "./words";
import css from "./segments.module.css";
import { say } from "../words/say";

function Row({ segment, mayChange }: { segment: Segment; mayChange: boolean }) {
  const { format } = useShop();
  const { name, title, description, size, share, max_share: most, sizes } = segment;
  const waits =
    segment.why_empty ??
    say(segment.needs === "ledger" ? "segments.waits.verdict" : "segments.waits.nothing");
  return (
    <tr>
      <th scope="row" className="cell-person">
        <PlaceLink to={editPlace(name)}>{title}</PlaceLink>
        <span className="muted cell-note">{description}</span>
      </th>
      <td className="figure cell-number">{format.count(size)}</td>
      <td className="figure cell-number">{format.percent(share)}</td>
      <td className="figure cell-number">
        {most >= 1 ? say("segments.unlimited") : format.percent(most)}
      </td>
      <td className={css["cell-waits"]}>{waits}</td>
      <td className={css["cell-trend"]}>
        <Bars
          label={say("segments.sizes", { sizes: sizes.map(format.count).join(", ") })}
          values={sizes}
        />
        <span className="muted cell-note">{trendWords(sizes, format)}</span>
      </td>
      {mayChange && (
        <td className="cell-more">
          <PlaceLink to={copyPlace(name)}>
            {say("segments.duplicate")}
            <span className="unseen"> {title}</span>
          </PlaceLink>
        </td>
      )}
    </tr>
  );
}

function Table({ segments, mayChange }: { segments: readonly Segment[]; mayChange: boolean }) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("segments.segment")}</th>
            {(["segments.size", "segments.share", "segments.most"] as const).map((label) => (
              <th key={label} scope="col" className="cell-number">
                {say(label)}
              </th>
            ))}
            <th scope="col">{say("segments.waits")}</th>
            <th scope="col">{say("segments.trend")}</th>
            {mayChange && (
              <th scope="col">
                <span className="unseen">{say("segments.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {segments.map((segment) => (
            <Row key={segment.name} segment={segment} mayChange={mayChange} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function SegmentsPage() {
  const mayChange = useMay("MANAGE_APPS");
  const { go } = usePlace();
  return (
    <AppPage title={say("parts.place.segments")} subtitle={<Muted>{say("segments.what")}</Muted>}>
      {mayChange && (
        <div className="line">
          <Button
            onClick={() => {
              go(NEW);
            }}
          >
            {say("segments.new")}
          </Button>
        </div>
      )}
      <Answered question={useSegments()} loading={say("segments.loading")} lines={8}>
        {(segments) =>
          segments.length === 0 ? (
            <Empty title={say("segments.none")}>{say("segments.none.why")}</Empty>
          ) : (
            <Table segments={segments} mayChange={mayChange} />
          )
        }
      </Answered>
    </AppPage>
  );
}
