// A card to print, made in the browser: the customer's name comes from Saleor and is stored nowhere.

import type { OutreachFacts } from "../api/outreach";
import type { Format } from "../format/format";
import { say } from "../words/say";

const SIGNS: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const safe = (text: string) => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);

/** What is worth saying, each as a sentence for staff. */
export function sentencesOf(facts: OutreachFacts, format: Pick<Format, "day">): string[] {
  const { anniversary_on: on, anniversary_years: years } = facts;
  const found = [
    facts.customer_since && say("outreach.facts.since", { day: format.day(facts.customer_since) }),
    on && years !== null && say("outreach.facts.years", { count: years, day: format.day(on) }),
    facts.favourite_category &&
      say("outreach.facts.favourite", { category: facts.favourite_category }),
    facts.orders > 0 &&
      (facts.last_order_at
        ? say("outreach.facts.orders.last", {
            count: facts.orders,
            day: format.day(facts.last_order_at),
          })
        : say("outreach.facts.orders", { count: facts.orders })),
  ].filter((one): one is string => typeof one === "string" && one !== "");
  return found.length > 0 ? found : [say("outreach.facts.none")];
}

/** An HTML page of one card, as large as a postcard. */
export function cardOf(title: string, name: string, lines: readonly string[]): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>${safe(title)}</title>
<style>
  @page { size: A6 landscape; margin: 10mm; }
  body { font: 12pt/1.5 Georgia, serif; max-width: 128mm; margin: 10mm auto; color: #111; }
  h1 { font-size: 16pt; margin: 0 0 4mm; }
  p { margin: 0 0 2mm; }
  .space { border-top: 1px solid #999; margin-top: 6mm; min-height: 40mm; }
</style>
<h1>${safe(name)}</h1>
${lines.map((line) => `<p>${safe(line)}</p>`).join("\n")}
<div class="space"></div>
`;
}
