// Who was given the perk, as a file for other tools.

import { type Programme } from "../api/perks";
import { usePerkAsCsv } from "../api/perkUses";
import { Button } from "../parts/Button";
import { download } from "../parts/download";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function GrantsDownload({ programme }: { programme: Programme }) {
  const csv = usePerkAsCsv(programme.id);
  const save = () => {
    csv.mutate(undefined, {
      onSuccess: (text) => {
        download(`perk-${String(programme.id)}.csv`, text, "text/csv");
      },
    });
  };
  return (
    <>
      <Button size="small" variant="secondary" disabled={csv.isPending} onClick={save}>
        {say("perks.drawn.download")}
      </Button>
      {csv.isError && <TroubleNotice trouble={csv.error} />}
    </>
  );
}
