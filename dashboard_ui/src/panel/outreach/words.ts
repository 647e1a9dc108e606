// What tasks, columns and answers of outreach are called.

import type { Column, OutreachBoard, OutreachTask } from "../api/outreach";

type Answer = NonNullable<OutreachTask["answer"]>;

export const COLUMNS: [Column, string][] = [
  ["suggested", "Suggested"],
  ["assigned", "Taken"],
  ["done", "Done"],
  ["answered", "Answered"],
];

export const ANSWERS: [Answer, string][] = [
  ["thanked", "They thanked"],
  ["accepted", "They accepted"],
  ["declined", "They declined"],
];

export const TASKS: [OutreachBoard["task"], string][] = [
  ["note", "A thank-you note"],
  ["call", "A call"],
  ["personal_shopper", "A personal shopper"],
  ["panel", "An invitation to a panel"],
  ["product", "A product as a gift"],
];
