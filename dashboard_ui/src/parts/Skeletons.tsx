// The shape of what is on its way.

import { Skeleton } from "@saleor/macaw-ui";

export function Skeletons({ lines, label }: { lines: number; label: string }) {
  return (
    <div className="skeletons" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, n) => (
        <Skeleton key={n} aria-hidden className={`skeleton skeleton-${n % 3}`} />
      ))}
    </div>
  );
}
