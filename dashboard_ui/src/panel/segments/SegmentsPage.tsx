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

function Row({ segment, mayChange }: { segment: Segment; mayChange: boolean }) {
  const { format } = useShop();
  const { name, title, description, size, share, max_share: most, sizes } = segment;
  const waits =
    segment.why_empty ?? (segment.needs === "ledger" ? "A verdict on influence" : "Nothing");
  return (
    <tr>
      <th scope="row" className="cell-person">
        <PlaceLink to={editPlace(name)}>{title}</PlaceLink>
        <span className="muted cell-note">{description}</span>
      </th>
      <td className="figure cell-number">{format.count(size)}</td>
      <td className="figure cell-number">{format.percent(share)}</td>
      <td className="figure cell-number">{most >= 1 ? "No limit" : format.percent(most)}</td>
      <td className={css["cell-waits"]}>{waits}</td>
      <td className={css["cell-trend"]}>
        <Bars
          label={`Sizes after the last runs: ${sizes.map(format.count).join(", ")}`}
          values={sizes}
        />
        <span className="muted cell-note">{trendWords(sizes, format)}</span>
      </td>
      {mayChange && (
        <td className="cell-more">
          <PlaceLink to={copyPlace(name)}>
            Duplicate<span className="unseen"> {title}</span>
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
            <th scope="col">Segment</th>
            {["Size", "Share", "At most"].map((label) => (
              <th key={label} scope="col" className="cell-number">
                {label}
              </th>
            ))}
            <th scope="col">Waits for</th>
            <th scope="col">Trend</th>
            {mayChange && (
              <th scope="col">
                <span className="unseen">Actions</span>
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
    <AppPage
      title="Segments"
      subtitle={<Muted>Groups of customers by what they did, kept up to date by every run.</Muted>}
    >
      {mayChange && (
        <div className="line">
          <Button
            onClick={() => {
              go(NEW);
            }}
          >
            New segment
          </Button>
        </div>
      )}
      <Answered question={useSegments()} loading="Loading the segments" lines={8}>
        {(segments) =>
          segments.length === 0 ? (
            <Empty title="No segments defined">
              Customers are valued, but not sorted into segments.
            </Empty>
          ) : (
            <Table segments={segments} mayChange={mayChange} />
          )
        }
      </Answered>
    </AppPage>
  );
}
