// What changed in a text that somebody has read: words are compared, the longest common sequence stays unmarked.

import { h } from "./dom.js";

/** Return the text to the letter, as parts; what was not in `before` stands in a <mark>. */
export function marked(text, before) {
  if (before === null || before === text) return [text];
  const [now, then] = [text.split(" "), before.split(" ")];
  const isKept = kept(now, then);
  const parts = [];
  for (let from = 0, to = 1; from < now.length; from = to++) {
    while (to < now.length && isKept[to] === isKept[from]) to += 1;
    const words = now.slice(from, to).join(" ");
    parts.push(isKept[from] ? words : h("mark", {}, words));
    if (to < now.length) parts.push(" ");
  }
  return parts;
}

function kept(now, then) {
  const longest = Array.from({ length: now.length + 1 }, () => new Array(then.length + 1).fill(0));
  for (let i = now.length - 1; i >= 0; i -= 1)
    for (let j = then.length - 1; j >= 0; j -= 1)
      longest[i][j] = now[i] === then[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  const found = new Array(now.length).fill(false);
  for (let i = 0, j = 0; i < now.length && j < then.length; )
    if (now[i] === then[j]) (found[i] = true), (i += 1), (j += 1);
    else if (longest[i + 1][j] >= longest[i][j + 1]) i += 1;
    else j += 1;
  return found;
}
