// Whether somebody is old enough, by their own word: in their country, where the shop serves several.

import { h } from "./dom.js";
import { note } from "./views.js";

/** Return the limits of the newest yes that says an age. */
function declared({ statement }) {
  return statement.consents.findLast((row) => row.action === "given" && row.limits?.minimum_age)?.limits ?? null;
}

/** Return the country that they chose, or said before; null where none is asked for, or none was said. */
export function country(app) {
  const said = app.country ?? declared(app)?.country;
  return app.about.countries.some((one) => one.country === said) ? said : null;
}

function years(app) {
  return app.about.countries.find((one) => one.country === country(app))?.minimum_age ?? app.about.minimum_age;
}

function isKnown(app) {
  const said = declared(app);
  return said !== null && said.minimum_age >= years(app) && (app.about.countries.length === 0 || said.country === country(app));
}

/** Return what is missing before anything can be agreed to, in words; null: nothing. */
export function lacks(app) {
  if (app.about.countries.length > 0 && country(app) === null) return app.words.t("country.first");
  return app.oldEnough || isKnown(app) ? null : app.words.t("age.first", { years: years(app) });
}

/** The question for country and age, until a consent of theirs holds the answer. */
export function age(app) {
  const { words, about } = app;
  if (!about.enabled || isKnown(app)) return null;
  const several = about.countries.length > 0;
  return h("div", { class: "card tick" },
    several && choice(app),
    (!several || country(app) !== null) && [
      h("input", { id: "age", type: "checkbox", checked: app.oldEnough, onchange: (event) => put(app, { oldEnough: event.target.checked }) }),
      h("label", { for: "age" }, words.t("age", { years: years(app) })),
    ],
    note(app, "age"));
}

function choice(app) {
  const { words, about } = app;
  const names = new Intl.DisplayNames([words.language], { type: "region" });
  const chosen = country(app);
  const options = about.countries.map((one) => [one.country, names.of(one.country)]).sort(([, one], [, other]) => one.localeCompare(other, words.language));
  return h("div", { class: "country" },
    h("label", { for: "country" }, words.t("country")),
    h("select", { id: "country", onchange: (event) => put(app, { country: event.target.value || null, oldEnough: false }) },
      h("option", { value: "" }, words.t("country.none")),
      options.map(([code, name]) => h("option", { value: code, selected: code === chosen }, name))));
}

function put(app, answer) {
  Object.assign(app, answer);
  app.notes = {};
  app.draw();
}
