import { country, isKnown, years } from "../ages";
import type { Shown } from "../state";
import { Note } from "./Note";

/** The question for country and age, until a consent of theirs holds the answer. */
export function Age(shown: Shown) {
  const { app, words, about } = shown;
  if (!about.enabled || isKnown(app)) return null;
  const several = about.countries.length > 0;
  return (
    <div class="card tick">
      {several && <Country {...shown} />}
      {(!several || country(app) !== null) && (
        <>
          <input
            id="age"
            type="checkbox"
            checked={app.oldEnough}
            onChange={(event) => {
              app.choose({ oldEnough: event.currentTarget.checked });
            }}
          />
          <label htmlFor="age">{words.t("age", { years: years(app) })}</label>
        </>
      )}
      <Note app={app} where="age" />
    </div>
  );
}

function Country({ app, words, about }: Shown) {
  const names = new Intl.DisplayNames([words.language], { type: "region" });
  const options = about.countries
    .map((one) => ({ code: one.country, name: names.of(one.country) ?? one.country }))
    .sort((one, two) => one.name.localeCompare(two.name, words.language));
  return (
    <div class="country">
      <label htmlFor="country">{words.t("country")}</label>
      <select
        id="country"
        value={country(app) ?? ""}
        onChange={(event) => {
          app.choose({ country: event.currentTarget.value || null, oldEnough: false });
        }}
      >
        <option value="">{words.t("country.none")}</option>
        {options.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
