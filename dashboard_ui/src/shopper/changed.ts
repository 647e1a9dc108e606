// What changed in a text that somebody has read: words are compared, the longest common sequence stays as it is.

export interface Part {
  text: string;
  isNew: boolean;
}

/** Return the text to the letter, in parts; what was not in `before` is new; null: nothing was read before. */
export function compared(text: string, before: string | null): Part[] {
  if (before === null || before === text) return [{ text, isNew: false }];
  const now = text.split(" ");
  const isKept = kept(now, before.split(" "));
  const parts: Part[] = [];
  for (let from = 0, to = 1; from < now.length; from = to++) {
    while (to < now.length && isKept[to] === isKept[from]) to += 1;
    parts.push({ text: now.slice(from, to).join(" "), isNew: !isKept[from] });
    if (to < now.length) parts.push({ text: " ", isNew: false });
  }
  return parts;
}

/** Return for each word of `now` whether it is of the longest sequence that `then` has too. */
function kept(now: readonly string[], then: readonly string[]): boolean[] {
  const longest = Array.from({ length: now.length + 1 }, () =>
    new Array<number>(then.length + 1).fill(0),
  );
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = now.length - 1; i >= 0; i -= 1)
    for (let j = then.length - 1; j >= 0; j -= 1) {
      const best = now[i] === then[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      (longest[i] ?? [])[j] = best;
    }
  const found = new Array<boolean>(now.length).fill(false);
  for (let i = 0, j = 0; i < now.length && j < then.length;)
    if (now[i] === then[j]) {
      found[i] = true;
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  return found;
}
