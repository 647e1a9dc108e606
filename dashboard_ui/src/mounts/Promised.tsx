// A place that has no content yet.

import { Empty } from "../parts/Empty";
import type { Outlook } from "./promises";

export function Promised({ promise }: { promise: Outlook }) {
  return <Empty title={promise.title}>{promise.text}</Empty>;
}
