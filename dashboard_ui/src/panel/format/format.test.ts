import { describe, expect, it } from "vitest";

import { usableLocale } from "../words/say";
import { createFormat } from "./format";

/** Locales separate with spaces that look alike; the tests do not care which. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money", () => {
  const euros = (amount: string) => ({ amount, currency: "EUR" });

  it("is written as the Dashboard's locale writes it", () => {
    expect(createFormat("en").money(euros("1234.5"))).toBe("€1,234.50");
    expect(plain(createFormat("de").money(euros("1234.5")))).toBe("1.234,50 €");
    expect(plain(createFormat("pl").money(euros("12345.5")))).toBe("12 345,50 €");
  });

  it("keeps the digits its currency has", () => {
    expect(createFormat("en").money({ amount: "1200", currency: "JPY" })).toBe("¥1,200");
  });

  it("pretends to no cents in a large estimate and keeps them in a small one", () => {
    const { estimate } = createFormat("en");
    expect(estimate(euros("1234.56"))).toBe("€1,235");
    expect(estimate(euros("-1234.56"))).toBe("-€1,235");
    expect(estimate(euros("9.21"))).toBe("€9.21");
    expect(estimate(euros("0.00"))).toBe("€0");
  });

  it("is still readable in a currency that nobody knows", () => {
    expect(createFormat("en").money({ amount: "12.5", currency: "POINTS" })).toBe("12.5 POINTS");
  });
});

describe("locale", () => {
  it("accepts the Dashboard's spellings", () => {
    expect(usableLocale("pt_BR")).toBe("pt-BR");
    expect(usableLocale("zh-Hant")).toBe("zh-Hant");
  });

  it("falls back to English instead of failing", () => {
    expect(usableLocale("not a locale")).toBe("en");
    expect(usableLocale(undefined)).toBe("en");
  });
});

describe("time", () => {
  const { duration, ago } = createFormat("en");

  it("names one unit, rounded", () => {
    expect(duration(0)).toBe("about 1 second");
    expect(duration(59)).toBe("about 59 seconds");
    expect(duration(101.5)).toBe("about 2 minutes");
    expect(duration(3_600)).toBe("about 1 hour");
    expect(duration(200_000)).toBe("about 2 days");
  });

  it("counts back from now", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    expect(ago("2026-03-01T11:59:30Z", now)).toBe("just now");
    expect(ago("2026-03-01T09:00:00Z", now)).toBe("3 hours ago");
  });

  it("does not speak of the future when clocks differ", () => {
    expect(ago("2026-03-01T12:00:20Z", Date.parse("2026-03-01T12:00:00Z"))).toBe("just now");
  });
});
