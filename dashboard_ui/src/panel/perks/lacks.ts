// What is still wrong with a programme as a merchandiser fills it in.

import type { SegmentChoices } from "../api/segments";
import { conditionsLack } from "../segments/lacks";
import { betaLacks } from "./beta";
import type { Draft, Field } from "./draft";

export type Lacks = ReadonlyMap<Field, string>;

const DECIMAL = /^\d{1,9}(\.\d{1,3})?$/;
const WHOLE = /^\d{1,7}$/;

const decimalLack = (value: string, what: string, least = 0) =>
  DECIMAL.test(value.trim()) && Number(value) > least - 1e-9
    ? null
    : `${what}: a number such as 12.50${least > 0 ? ", and more than nothing" : ""}.`;
const wholeLack = (value: string, what: string, least: number, most: number) =>
  WHOLE.test(value.trim()) && Number(value) >= least && Number(value) <= most
    ? null
    : `${what}: a whole number from ${least} to ${most}.`;

const shareLack = (value: string, what: string) =>
  DECIMAL.test(value.trim()) && Number(value) <= 50 ? null : `${what}: from 0 to 50 per cent.`;

function whatLacks(draft: Draft): [Field, string | null][] {
  if (draft.kind === "gift_card") {
    return [
      ["amount", decimalLack(draft.amount, "Amount", 0.001)],
      ["validDays", draft.validDays ? wholeLack(draft.validDays, "Valid for", 1, 3650) : null],
    ];
  }
  if (draft.kind === "beta_invite") return betaLacks(draft);
  if (draft.kind === "shipping") {
    return [
      ["method", draft.method.trim() ? null : "Name: what the customer reads at the checkout."],
      ["price", decimalLack(draft.price, "Price")],
      ["cost", decimalLack(draft.cost, "Cost")],
      ["minDays", draft.minDays ? wholeLack(draft.minDays, "Days", 0, 365) : null],
      ["maxDays", draft.maxDays ? wholeLack(draft.maxDays, "Days", 0, 365) : null],
    ];
  }
  if (draft.kind === "outreach") return outreachLacks(draft);
  return [
    ...(draft.kind === "referral" ? referralLacks(draft) : []),
    ["value", draft.discount === "free_shipping" ? null : valueLack(draft)],
    ["minSpent", draft.minSpent ? decimalLack(draft.minSpent, "Minimum order") : null],
    [
      "prefix",
      /^[A-Za-z0-9]{0,12}$/.test(draft.prefix) ? null : "Prefix: up to twelve letters or digits.",
    ],
  ];
}

function referralLacks({ reward, rewardDays, returnDays }: Draft): [Field, string | null][] {
  return [
    ["reward", decimalLack(reward, "Reward", 0.001)],
    ["rewardDays", rewardDays ? wholeLack(rewardDays, "Valid for", 1, 3650) : null],
    ["returnDays", wholeLack(returnDays, "Return period", 1, 60)],
  ];
}

function outreachLacks(draft: Draft): [Field, string | null][] {
  const isGift = draft.task === "product";
  return [
    ["variant", isGift && !draft.variant ? "Variant: choose one." : null],
    ["cost", isGift ? decimalLack(draft.cost, "Cost") : null],
    ["brief", draft.brief.length > 300 ? "What to say: 300 letters at most." : null],
    ["dueDays", wholeLack(draft.dueDays, "Days", 1, 90)],
    ["mostOften", wholeLack(draft.mostOften, "How often", 1, 10)],
    ["taskCost", draft.taskCost.trim() ? decimalLack(draft.taskCost, "Cost of one task") : null],
  ];
}

function valueLack({ discount, value }: Draft): string | null {
  if (discount === "percentage" && Number(value) > 100) return "Discount: 100 per cent at most.";
  return decimalLack(value, "Discount", 0.001);
}

function whomLack(draft: Draft, choices: SegmentChoices | undefined): [Field, string | null] {
  if (draft.whom === "segment") return ["segment", draft.segment ? null : "Segment: choose one."];
  const isWhole = choices && conditionsLack(draft.conditions, choices).size === 0;
  return ["conditions", isWhole ? null : "Conditions: one or more, and each of them whole."];
}

/** What is wrong in a step; none of it is sent before. */
export function lacksOf(draft: Draft, step: number, choices?: SegmentChoices): Lacks {
  const found: [Field, string | null][] =
    step === 0
      ? [
          whomLack(draft, choices),
          ["regulars", shareLack(draft.regulars, "Seats for regular customers")],
        ]
      : step === 1
        ? [
            ["title", draft.title.trim() ? null : "Name: what you and the customers call it."],
            ["currency", draft.currency ? null : "Currency: choose one."],
            ...whatLacks(draft),
          ]
        : step === 2
          ? [
              ["starts", draft.starts ? null : "First day: choose one."],
              ["ends", draft.ends > draft.starts ? null : "Last day: after the first."],
              ["money", draft.money ? decimalLack(draft.money, "Budget", 0.001) : null],
              ["people", draft.people ? wholeLack(draft.people, "Customers", 1, 1_000_000) : null],
              ["uses", draft.uses ? wholeLack(draft.uses, "Uses", 1, 1_000_000) : null],
              ["usesEach", wholeLack(draft.usesEach, "Uses for each", 1, 100)],
              ["heldOut", shareLack(draft.heldOut, "Held out")],
              [
                "people",
                Number(draft.regulars) > 0 && !draft.people
                  ? "Customers: say how many, since some seats are for regular customers."
                  : null,
              ],
            ]
          : [];
  return new Map(found.filter((one): one is [Field, string] => one[1] !== null));
}
