// The shuffled counts as a histogram that has room for the real one.

export interface Bin {
  from: number;
  /** Exclusive. */
  to: number;
  count: number;
}

export interface Histogram {
  from: number;
  to: number;
  bins: Bin[];
  highest: number;
}

const MOST_BINS = 24;

/** Bins of whole numbers, all equally wide, from the least to the greatest of all counts. */
export function histogramOf(permuted: readonly number[], observed: number): Histogram {
  const from = Math.min(observed, ...permuted);
  const span = Math.max(observed, ...permuted) - from + 1;
  const width = Math.ceil(span / MOST_BINS);
  const bins = Array.from({ length: Math.ceil(span / width) }, (_, n) => ({
    from: from + n * width,
    to: from + (n + 1) * width,
    count: 0,
  }));
  for (const value of permuted) {
    const bin = bins[Math.floor((value - from) / width)];
    if (bin) bin.count += 1;
  }
  return {
    from,
    to: from + bins.length * width,
    bins,
    highest: Math.max(0, ...bins.map(({ count }) => count)),
  };
}
