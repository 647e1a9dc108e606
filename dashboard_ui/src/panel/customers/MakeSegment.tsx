// Hands the filters to the segment editor, as far as a segment may have them.

import { useMay } from "../bridge/may";
import { usePlace } from "../bridge/place";
import type { Asked } from "../api/customerLists";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { fromPlace } from "../segments/place";
import { forSegment, LABELS, type Names } from "./filters";
import { say } from "../words/say";

export function MakeSegment({ asked, names }: { asked: Asked; names: Names }) {
  const { go } = usePlace();
  const mayChange = useMay("MANAGE_APPS");
  // eslint-disable-next-line react-hooks/purity -- days are counted to the moment of the click at best
  const { conditions, leftOut } = forSegment(asked, names, Date.now());
  if (!mayChange || (conditions.length === 0 && leftOut.length === 0)) return null;
  const missing = leftOut.map((key) => say(LABELS[key])).join(", ");
  return (
    <>
      {conditions.length > 0 && (
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            go(fromPlace(conditions));
          }}
        >
          {say("customers.segment.make")}
        </Button>
      )}
      {leftOut.length > 0 && <Muted>{say("customers.segment.lacks", { filters: missing })}</Muted>}
    </>
  );
}
