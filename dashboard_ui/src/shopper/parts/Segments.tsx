import type { Shown } from "../state";
import { because } from "../because";

/** The segments that they are in, and why. */
export function Segments({ words, statement }: Shown) {
  const { segments, currency } = statement.value;
  const shown = segments.filter((one) => !one.name.startsWith("invited-")); // told under "trials"
  if (!shown.length) return null;
  return (
    <>
      <h4>{words.t("segments.title")}</h4>
      <ul>
        {shown.map((one) => {
          const title = words.known(`segment.${one.name}`, one.title);
          const why = because(words, one.parts, currency ?? "");
          return (
            <li key={one.name}>
              {words.t("segments.since", { title, day: words.day(one.since) })}{" "}
              {/* What this page has no words for stays in the API's English. */}
              <span lang={why === null ? "en" : undefined} class="small">
                {why ?? one.reason}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
