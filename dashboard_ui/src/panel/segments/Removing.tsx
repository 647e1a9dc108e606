// Deletes a segment, after a question.

import { useDropSegment } from "../api/segments";
import { usePlace } from "../bridge/place";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { LIST } from "./place";
import { say } from "../words/say";

export function Removing({ name }: { name: string }) {
  const { go } = usePlace();
  const dropping = useDropSegment();
  return (
    <div className="stack-small">
      <Confirm
        label={say("segments.delete")}
        question={say("segments.delete.sure")}
        yes={say("segments.delete.yes")}
        busy={dropping.isPending}
        onYes={() => {
          // Also when the editor has gone by then, since there is no such segment any more.
          dropping.mutateAsync(name).then(
            () => {
              go(LIST);
            },
            () => undefined,
          );
        }}
      />
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
    </div>
  );
}
