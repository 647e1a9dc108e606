// What an import would do, or did: how many rows can be used, and why the others cannot.

import type { TieImport } from "../api/ties";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { RefusedRows } from "../parts/RefusedRows";
import { Text } from "../parts/Text";
import { say } from "../words/say";

interface Props {
  result: TieImport;
  busy: boolean;
  onBring: () => void;
}

export function ImportResult({ result, busy, onBring }: Props) {
  const { accepted: ties, refused: rows, reasons, dry_run: only } = result;
  const what = only ? "can" : "done";
  return (
    <div className="import" role="status">
      <Text as="p" size={3} fontWeight="medium">
        {rows > 0
          ? say(`ties.import.${what}.not`, { ties, rows })
          : say(`ties.import.${what}`, { ties })}
      </Text>
      {!only && <Muted>{say("ties.import.next")}</Muted>}
      <RefusedRows reasons={reasons} refused={rows} />
      {only && ties > 0 && (
        <Button disabled={busy} onClick={onBring}>
          {say("ties.import.yes", { ties })}
        </Button>
      )}
    </div>
  );
}
