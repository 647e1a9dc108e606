// The shop's settings as somebody writes them.

import type { Preferences } from "../api/settings";
import { say } from "../words/say";

export interface Draft {
  currency: string;
  /** One a line: "USD 0.92". */
  rates: string;
  horizonDays: string;
  ordersMonths: string;
  ledgerRule: 1 | 2;
  /** Empty: any number. */
  mostPerks: string;
  publicMirror: boolean;
  segmentsOnly: boolean;
  referralUrl: string;
  survey: boolean;
  surveyDays: string;
  fairService: boolean;
}

export type Lacks = ReadonlyMap<keyof Draft, string>;

export const BOUNDS = {
  horizonDays: { least: 30, most: 1825 },
  ordersMonths: { least: 3, most: 120 },
  mostPerks: { least: 1, most: 100 },
  surveyDays: { least: 30, most: 730 },
} as const;

export function draftOf(settings: Preferences): Draft {
  return {
    currency: settings.currency ?? "",
    rates: Object.entries(settings.exchange_rates ?? {})
      .map(([code, rate]) => `${code} ${rate}`)
      .join("\n"),
    horizonDays: String(settings.horizon_days),
    ordersMonths: String(settings.orders_months),
    ledgerRule: settings.ledger_rule,
    mostPerks: settings.most_perks == null ? "" : String(settings.most_perks),
    publicMirror: settings.public_mirror,
    segmentsOnly: settings.segments_only,
    referralUrl: settings.referral_url ?? "",
    survey: settings.survey,
    surveyDays: String(settings.survey_days),
    fairService: settings.fair_service,
  };
}

/** Whether the values change by what is chosen; links, the survey and fair service change none. */
export function asksForRun(draft: Draft, settings: Preferences): boolean {
  const { referralUrl, survey, surveyDays, fairService } = draft;
  return (
    JSON.stringify({ ...draftOf(settings), referralUrl, survey, surveyDays, fairService }) !==
    JSON.stringify(draft)
  );
}

/** The rates by currency, and the first line that is none. */
export function ratesOf(written: string): { rates: Record<string, string>; wrong: string | null } {
  const rates: Record<string, string> = {};
  for (const line of written.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const [, code, rate] = /^([A-Za-z]{3})[\s:=]+([0-9]+(?:[.,][0-9]+)?)$/.exec(line) ?? [];
    if (code === undefined || rate === undefined || Number(rate.replace(",", ".")) <= 0) {
      return { rates, wrong: line };
    }
    rates[code.toUpperCase()] = rate.replace(",", ".");
  }
  return { rates, wrong: null };
}

export function preferencesOf(draft: Draft): Preferences {
  const currency = draft.currency.trim().toUpperCase();
  return {
    currency: currency === "" ? null : currency,
    exchange_rates: ratesOf(draft.rates).rates,
    horizon_days: Number(draft.horizonDays),
    orders_months: Number(draft.ordersMonths),
    ledger_rule: draft.ledgerRule,
    most_perks: draft.mostPerks.trim() === "" ? null : Number(draft.mostPerks),
    public_mirror: draft.publicMirror,
    segments_only: draft.segmentsOnly,
    referral_url: draft.referralUrl.trim() || null,
    survey: draft.survey,
    survey_days: Number(draft.surveyDays),
    fair_service: draft.fairService,
  };
}

export function lacksOf(draft: Draft): Lacks {
  const found = new Map<keyof Draft, string>();
  const currency = draft.currency.trim();
  if (currency !== "" && !/^[A-Za-z]{3}$/.test(currency)) {
    found.set("currency", say("settings.lacks.currency"));
  }
  const { rates, wrong } = ratesOf(draft.rates);
  if (wrong !== null) {
    found.set("rates", say("settings.lacks.rates", { line: wrong }));
  } else if (Object.keys(rates).length > 0 && currency === "") {
    found.set("currency", say("settings.lacks.rates.currency"));
  }
  const url = draft.referralUrl.trim();
  if (url !== "" && !(url.startsWith("http") && url.split("{code}").length === 2)) {
    found.set("referralUrl", say("settings.lacks.links"));
  }
  for (const name of ["horizonDays", "ordersMonths", "mostPerks", "surveyDays"] as const) {
    if (name === "mostPerks" && draft.mostPerks.trim() === "") continue;
    const { least, most } = BOUNDS[name];
    const number = Number(draft[name]);
    if (!Number.isInteger(number) || draft[name].trim() === "" || number < least || number > most) {
      found.set(name, say("settings.lacks.whole", { least, most }));
    }
  }
  return found;
}
