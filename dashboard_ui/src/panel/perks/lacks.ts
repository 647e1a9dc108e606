// What is still wrong with a programme as a merchandiser fills it in.

import type { SegmentChoices } from "../api/segments";
import { conditionsLack } from "../segments/lacks";
import type { Key } from "../words/keys";
import { betaLacks } from "./beta";
import type { Draft, Field } from "./draft";
import { say } from "../words/say";

export type Lacks = ReadonlyMap<Field, string>;

const DECIMAL = /^\d{1,9}(\.\d{1,3})?$/;
const WHOLE = /^\d{1,7}$/;

const decimalLack = (value: string, what: Key, least = 0) =>
  DECIMAL.test(value.trim()) && Number(value) > least - 1e-9
    ? null
    : say(least > 0 ? "plan.lack.positive" : "plan.lack.decimal", { what: say(what) });
const wholeLack = (value: string, what: Key, least: number, most: number) =>
  WHOLE.test(value.trim()) && Number(value) >= least && Number(value) <= most
    ? null
    : say("plan.lack.whole", { what: say(what), least, most });

const shareLack = (value: string, what: Key) =>
  DECIMAL.test(value.trim()) && Number(value) <= 50
    ? null
    : say("plan.lack.share", { what: say(what) });

function whatLacks(draft: Draft): [Field, string | null][] {
  if (draft.kind === "gift_card") {
    return [
      ["amount", decimalLack(draft.amount, "plan.lack.of.amount", 0.001)],
      [
        "validDays",
        draft.validDays ? wholeLack(draft.validDays, "plan.lack.of.valid", 1, 3650) : null,
      ],
    ];
  }
  if (draft.kind === "beta_invite") return betaLacks(draft);
  if (draft.kind === "shipping") {
    return [
      ["method", draft.method.trim() ? null : say("plan.lack.method")],
      ["price", decimalLack(draft.price, "plan.lack.of.price")],
      ["cost", decimalLack(draft.cost, "plan.lack.of.cost")],
      ["minDays", draft.minDays ? wholeLack(draft.minDays, "plan.lack.of.days", 0, 365) : null],
      ["maxDays", draft.maxDays ? wholeLack(draft.maxDays, "plan.lack.of.days", 0, 365) : null],
    ];
  }
  if (draft.kind === "outreach") return outreachLacks(draft);
  return [
    ...(draft.kind === "referral" ? referralLacks(draft) : []),
    ["value", draft.discount === "free_shipping" ? null : valueLack(draft)],
    ["minSpent", draft.minSpent ? decimalLack(draft.minSpent, "plan.lack.of.minSpent") : null],
    ["prefix", /^[A-Za-z0-9]{0,12}$/.test(draft.prefix) ? null : say("plan.lack.prefix")],
  ];
}

function referralLacks({ reward, rewardDays, returnDays }: Draft): [Field, string | null][] {
  return [
    ["reward", decimalLack(reward, "plan.lack.of.reward", 0.001)],
    ["rewardDays", rewardDays ? wholeLack(rewardDays, "plan.lack.of.valid", 1, 3650) : null],
    ["returnDays", wholeLack(returnDays, "plan.lack.of.returnDays", 1, 60)],
  ];
}

function outreachLacks(draft: Draft): [Field, string | null][] {
  const isGift = draft.task === "product";
  return [
    ["variant", isGift && !draft.variant ? say("plan.lack.variant") : null],
    ["cost", isGift ? decimalLack(draft.cost, "plan.lack.of.cost") : null],
    ["brief", draft.brief.length > 300 ? say("plan.lack.brief") : null],
    ["dueDays", wholeLack(draft.dueDays, "plan.lack.of.days", 1, 90)],
    ["mostOften", wholeLack(draft.mostOften, "plan.lack.of.mostOften", 1, 10)],
    [
      "taskCost",
      draft.taskCost.trim() ? decimalLack(draft.taskCost, "plan.lack.of.taskCost") : null,
    ],
  ];
}

function valueLack({ discount, value }: Draft): string | null {
  if (discount === "percentage" && Number(value) > 100) return say("plan.lack.percentage");
  return decimalLack(value, "plan.lack.of.discount", 0.001);
}

function whomLack(draft: Draft, choices: SegmentChoices | undefined): [Field, string | null] {
  if (draft.whom === "segment") return ["segment", draft.segment ? null : say("plan.lack.segment")];
  const isWhole = choices && conditionsLack(draft.conditions, choices).size === 0;
  return ["conditions", isWhole ? null : say("plan.lack.conditions")];
}

/** What is wrong in a step; none of it is sent before. */
export function lacksOf(draft: Draft, step: number, choices?: SegmentChoices): Lacks {
  const found: [Field, string | null][] =
    step === 0
      ? [whomLack(draft, choices), ["regulars", shareLack(draft.regulars, "plan.lack.of.regulars")]]
      : step === 1
        ? [
            ["title", draft.title.trim() ? null : say("plan.lack.title")],
            ["currency", draft.currency ? null : say("plan.lack.currency")],
            ...whatLacks(draft),
          ]
        : step === 2
          ? [
              ["starts", draft.starts ? null : say("plan.lack.starts")],
              ["ends", draft.ends > draft.starts ? null : say("plan.lack.ends")],
              ["money", draft.money ? decimalLack(draft.money, "plan.lack.of.money", 0.001) : null],
              [
                "people",
                draft.people ? wholeLack(draft.people, "plan.lack.of.people", 1, 1_000_000) : null,
              ],
              [
                "uses",
                draft.uses ? wholeLack(draft.uses, "plan.lack.of.uses", 1, 1_000_000) : null,
              ],
              ["usesEach", wholeLack(draft.usesEach, "plan.lack.of.usesEach", 1, 100)],
              ["heldOut", shareLack(draft.heldOut, "plan.lack.of.heldOut")],
              [
                "people",
                Number(draft.regulars) > 0 && !draft.people ? say("plan.lack.people") : null,
              ],
            ]
          : [];
  return new Map(found.filter((one): one is [Field, string] => one[1] !== null));
}
