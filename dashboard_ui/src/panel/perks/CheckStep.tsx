// What starting the draft would do: who gets it, who is held out, what it may cost, what to mind.

import type { ReactNode } from "react";

import { useDropPerk, useStepPerk } from "../api/perkChanges";
import { type ProgrammeCheck, usePerkCheck } from "../api/perks";
import { usePeople } from "../api/questions";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Confirm } from "../parts/Confirm";
import { nameOf } from "../parts/CustomerLink";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { ShopperPageLink } from "../parts/ShopperPageLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import { LIST, perkPlace } from "./place";

function Found({ check }: { check: ProgrammeCheck }) {
  const { format } = useShop();
  const people = usePeople(check.examples);
  const { count } = format;
  return (
    <>
      <Facts
        facts={[
          {
            label: "Members of the segment, or who meet the conditions",
            value: count(check.members),
          },
          { label: "Get it", value: count(check.granted) },
          {
            label: "Of these, regular customers beside them",
            value: count(check.regulars),
          },
          { label: "Held out", value: count(check.held_out) },
          { label: "Have not agreed to it", value: count(check.without_consent) },
          {
            label: "Object, are excluded, are staff or had one lately",
            value: count(check.ruled_out),
          },
          { label: "Have enough perks already", value: count(check.capped) },
          {
            label: "Would be found",
            value: check.detectable ? format.money(check.detectable) : "Nothing",
            note: check.detectable
              ? "The smallest net money a member that four such programmes in five would show."
              : "Too few are drawn or held out for anything to be shown.",
          },
          {
            label: "Kept of the budget",
            value: format.money(check.reserved),
            note: "What it may cost if all of them use it; of a percentage, on a large order.",
          },
        ]}
      />
      {check.examples.length > 0 && (
        <Muted>
          Among them {check.examples.map((id) => nameOf(people.data?.get(id), id)).join(", ")}.
        </Muted>
      )}
      {check.warnings.length > 0 && (
        <Notice tone="warning" title="To mind" points={check.warnings} />
      )}
      {check.without_consent > 0 && (
        <ShopperPageLink label="To invite them: the page where customers say what they agree to" />
      )}
    </>
  );
}

export function CheckStep({ id, back }: { id: number; back: ReactNode }) {
  const stepping = useStepPerk();
  const dropping = useDropPerk();
  const { go } = usePlace();
  return (
    <>
      <Answered question={usePerkCheck(id)} loading="Drawing to see who would get it" lines={6}>
        {(check) => <Found check={check} />}
      </Answered>
      <Muted>The draft is kept. Nobody has been given anything.</Muted>
      {stepping.isError && <TroubleNotice trouble={stepping.error} />}
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
      <span className="line line-wrap">
        {back}
        <Confirm
          label="Start"
          question="Draw the customers and tell Saleor?"
          yes="Start"
          primary
          busy={stepping.isPending}
          onYes={() => {
            stepping.mutate(
              { id, step: "start" },
              {
                onSuccess: () => {
                  go(perkPlace(id));
                },
              },
            );
          }}
        />
        <Confirm
          label="Delete the draft"
          question="Delete this draft?"
          yes="Delete"
          busy={dropping.isPending}
          onYes={() => {
            dropping.mutate(id, {
              onSuccess: () => {
                go(LIST);
              },
            });
          }}
        />
      </span>
    </>
  );
}
