// How far something has come.

import css from "./parts.module.css";

interface Props {
  label: string;
  done: number;
  total: number | null;
  caption: string;
}

/** The share done, between 0 and 1; null while the total is unknown. */
export function shareDone(done: number, total: number | null): number | null {
  if (total === null) return null;
  return total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

export function ProgressBar({ label, done, total, caption }: Props) {
  const share = shareDone(done, total);
  return (
    <div className={css.progress}>
      <div className={css["progress-words"]}>
        <span>{label}</span>
        <span className="figure muted">{caption}</span>
      </div>
      <progress
        className={css["progress-bar"]}
        aria-label={label}
        max={1}
        {...(share === null ? {} : { value: share })}
      />
    </div>
  );
}
