// Deletes a segment, after a question.

import { useDropSegment } from "../api/segments";
import { usePlace } from "../bridge/place";
import { Confirm } from "../parts/Confirm";
import { TroubleNotice } from "../parts/TroubleNotice";
import { LIST } from "./place";

export function Removing({ name }: { name: string }) {
  const { go } = usePlace();
  const dropping = useDropSegment();
  return (
    <div className="stack-small">
      <Confirm
        label="Delete segment"
        question="Delete it? Its name is removed from every customer record in Saleor."
        yes="Delete"
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
