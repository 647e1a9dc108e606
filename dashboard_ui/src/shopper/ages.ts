// Whether somebody is old enough, by their own word: in their country, where the shop serves several.

import type { App } from "./app";
import type { Shown } from "./state";

interface Limits {
  minimum_age?: number;
  country?: string | null;
}
type Asked = Pick<App, "about" | "statement" | "country" | "oldEnough" | "words">;

/** Return the limits of the newest yes that says an age. */
function declared({ statement }: Asked): Limits | null {
  const rows = statement?.consents ?? [];
  const limits = (row: (typeof rows)[number]) => row.limits as Limits | null;
  const found = rows.findLast((row) => row.action === "given" && limits(row)?.minimum_age);
  return found ? limits(found) : null;
}

/** Return the country that they chose, or said before; null where none is asked for, or none was said. */
export function country(app: Asked): string | null {
  const said = app.country ?? declared(app)?.country ?? null;
  return app.about?.countries.some((one) => one.country === said) ? said : null;
}

/** Return the age that is asked of them, in years. */
export function years(app: Asked): number {
  const own = app.about?.countries.find((one) => one.country === country(app));
  return own?.minimum_age ?? app.about?.minimum_age ?? 0;
}

/** Say whether a consent of theirs holds the answer. */
export function isKnown(app: Asked): boolean {
  const said = declared(app);
  if (said === null || (said.minimum_age ?? 0) < years(app)) return false;
  return app.about?.countries.length === 0 || said.country === country(app);
}

/** Return what is missing before anything can be agreed to, in words; null: nothing. */
export function lacks(app: Asked & Pick<Shown, "words">): string | null {
  const { words } = app;
  if ((app.about?.countries.length ?? 0) > 0 && country(app) === null)
    return words.t("country.first");
  return app.oldEnough || isKnown(app) ? null : words.t("age.first", { years: years(app) });
}
