// Columns, answers and tasks of outreach, in their order.

import type { Column, OutreachBoard, OutreachTask } from "../api/outreach";
import { say } from "../words/say";

type Answer = NonNullable<OutreachTask["answer"]>;
type Task = OutreachBoard["task"];

export const COLUMNS: readonly Column[] = ["suggested", "assigned", "done", "answered"];

export const ANSWERS: readonly Answer[] = ["thanked", "accepted", "declined"];

const TASKS: readonly Task[] = ["note", "call", "personal_shopper", "panel", "product"];

/** Each task and what it is called. */
export function tasksNamed(): [Task, string][] {
  return TASKS.map((task) => [task, say(`outreach.task.${task}`)]);
}
