// What an import would do, or did: how many rows can be used, and why the others cannot.

import type { TieImport } from "../api/ties";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { RefusedRows } from "../parts/RefusedRows";
import { Text } from "../parts/Text";

interface Props {
  result: TieImport;
  busy: boolean;
  onBring: () => void;
}

export function ImportResult({ result, busy, onBring }: Props) {
  const { format } = useShop();
  const { accepted, refused, reasons, dry_run: only } = result;
  const ties = `${format.count(accepted)} ${accepted === 1 ? "tie" : "ties"}`;
  const rows = `${format.count(refused)} ${refused === 1 ? "row" : "rows"}`;
  return (
    <div className="import" role="status">
      <Text as="p" size={3} fontWeight="medium">
        {only ? `${ties} can be brought in` : `${ties} brought in`}
        {refused > 0 && `, ${rows} ${only ? "cannot" : "left out"}`}
      </Text>
      {!only && <Muted>The next run counts them; it starts by itself.</Muted>}
      <RefusedRows reasons={reasons} refused={refused} />
      {only && accepted > 0 && (
        <Button disabled={busy} onClick={onBring}>
          {`Bring in ${ties}`}
        </Button>
      )}
    </div>
  );
}
