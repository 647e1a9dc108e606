// Perks that they were drawn for: what they have, what they are asked, and the way not to want it.

import type { Perk } from "../api/client";
import type { Shown } from "../state";
import { said } from "../api/client";
import { wanted } from "../because";
import { Beta } from "./Beta";
import { Button } from "./Button";
import { Forward } from "./Forward";
import { Note } from "./Note";
import { Really } from "./Really";

export function Perks(shown: Shown) {
  const { words, statement } = shown;
  if (!statement.perks.length) return null;
  return (
    <div class="card">
      <h3 id="perks" tabIndex={-1}>
        {words.t("perks.title")}
      </h3>
      <p>{words.t("perks.about")}</p>
      {statement.perks.map((one) => (
        <PerkShown key={one.id} {...shown} perk={one} />
      ))}
    </div>
  );
}

function PerkShown({ perk, ...shown }: Shown & { perk: Perk }) {
  const { app, words } = shown;
  const place = `perk-${perk.id}`;
  const state = perk.is_over && perk.state === "given" ? "over" : perk.state;
  const days = { from: words.day(perk.drawn_at), to: words.day(perk.ends_at) };
  return (
    <div class="contest">
      <h4 id={`${place}-title`} tabIndex={-1}>
        {perk.title}
      </h4>
      {perk.invitation && perk.state === "given" ? (
        <Beta app={app} perk={perk} invitation={perk.invitation} place={place} />
      ) : (
        <p>{words.t(`perks.${state}`, days)}</p>
      )}
      {perk.code && !perk.referral && (
        <p>
          {words.t("perks.code")} <code>{perk.code}</code>
        </p>
      )}
      {perk.app_applies && <p>{words.t("perks.applied")}</p>}
      {perk.referral && !perk.is_over && (
        <Forward words={words} place={`link-${perk.id}`} referral={perk.referral} />
      )}
      <p class="small">{whyDrawn(shown, perk)}</p>
      {(state === "staged" || state === "given") && <Decline app={app} perk={perk} />}
      <Note app={app} where={place} />
    </div>
  );
}

function Decline({ app, perk }: Pick<Shown, "app"> & { perk: Perk }) {
  const { words } = app;
  const place = `perk-${perk.id}`;
  const decline = () => {
    const params = { path: { grant_id: perk.id } };
    return said(app.client.POST("/api/shopper/perks/{grant_id}/decline", { params }));
  };
  if (app.asked !== place)
    return (
      <Button
        id={place}
        onClick={() => {
          app.ask(place);
        }}
      >
        {words.t("perks.decline")}
      </Button>
    );
  return (
    <Really
      app={app}
      where={place}
      text={words.t("perks.really")}
      yes={words.t("perks.yes")}
      onYes={() => void app.deed(place, decline, { done: "perks.declined.done", then: "perks" })}
    />
  );
}

function whyDrawn({ words, statement }: Shown, perk: Perk): string {
  const { is_open: isRegular, segment, conditions } = perk;
  if (isRegular) return words.t("perks.regular");
  if (segment !== null)
    return words.t("perks.segment", { title: words.known(`segment.${segment}`, segment) });
  const said = wanted(words, conditions, statement.value.currency ?? "");
  return said === null
    ? words.t("perks.choice")
    : words.t("perks.conditions", { conditions: said });
}
