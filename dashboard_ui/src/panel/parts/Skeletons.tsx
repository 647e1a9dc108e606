// The shape of what is on its way.

import css from "./parts.module.css";

export function Skeletons({ lines, label }: { lines: number; label: string }) {
  return (
    <div className="skeletons" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, n) => (
        <div key={n} aria-hidden className={`${css.skeleton} skeleton-${n % 3}`} />
      ))}
    </div>
  );
}
