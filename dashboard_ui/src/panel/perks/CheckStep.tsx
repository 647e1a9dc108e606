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
import { say } from "../words/say";

function Found({ check }: { check: ProgrammeCheck }) {
  const { format } = useShop();
  const people = usePeople(check.examples);
  const { count } = format;
  return (
    <>
      <Facts
        facts={[
          { label: say("plan.found.members"), value: count(check.members) },
          { label: say("plan.found.granted"), value: count(check.granted) },
          { label: say("plan.found.regulars"), value: count(check.regulars) },
          { label: say("plan.found.heldout"), value: count(check.held_out) },
          { label: say("plan.found.consent"), value: count(check.without_consent) },
          { label: say("plan.found.ruled"), value: count(check.ruled_out) },
          { label: say("plan.found.capped"), value: count(check.capped) },
          {
            label: say("plan.found.effect"),
            value: check.detectable
              ? format.money(check.detectable)
              : say("plan.found.effect.none"),
            note: say(check.detectable ? "plan.found.effect.note" : "plan.found.effect.few"),
          },
          {
            label: say("plan.found.money"),
            value: format.money(check.reserved),
            note: say("plan.found.money.note"),
          },
        ]}
      />
      {check.examples.length > 0 && (
        <Muted>
          {say("plan.found.examples", {
            names: check.examples.map((id) => nameOf(people.data?.get(id), id)).join(", "),
          })}
        </Muted>
      )}
      {check.warnings.length > 0 && (
        <Notice tone="warning" title={say("plan.found.warnings")} points={check.warnings} />
      )}
      {check.without_consent > 0 && <ShopperPageLink label={say("plan.found.invite")} />}
    </>
  );
}

export function CheckStep({ id, back }: { id: number; back: ReactNode }) {
  const stepping = useStepPerk();
  const dropping = useDropPerk();
  const { go } = usePlace();
  return (
    <>
      <Answered question={usePerkCheck(id)} loading={say("plan.found.loading")} lines={6}>
        {(check) => <Found check={check} />}
      </Answered>
      <Muted>{say("plan.kept")}</Muted>
      {stepping.isError && <TroubleNotice trouble={stepping.error} />}
      {dropping.isError && <TroubleNotice trouble={dropping.error} />}
      <span className="line line-wrap">
        {back}
        <Confirm
          label={say("plan.start")}
          question={say("plan.start.sure")}
          yes={say("plan.start")}
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
          label={say("plan.drop")}
          question={say("plan.drop.sure")}
          yes={say("plan.drop.yes")}
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
