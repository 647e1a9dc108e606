// Profiles: one card a network, and below what else can be agreed to.

import type { Shown } from "../state";
import { given } from "../consents";
import { networkName } from "../networks";
import { Age } from "./Age";
import { Linked } from "./Linked";
import { Note } from "./Note";
import { Prove } from "./Prove";
import { Tick } from "./Tick";

export function Profiles(shown: Shown) {
  const { words, about, statement } = shown;
  const known = new Set([...about.networks, ...statement.profiles.map((one) => one.network)]);
  for (const { network, purpose } of statement.consents)
    if (network && given(statement, purpose, network)) known.add(network);
  return (
    <section aria-labelledby="profiles">
      <h2 id="profiles">{words.t("profiles.title")}</h2>
      <p>{words.t("profiles.about")}</p>
      <Age {...shown} />
      {[...known].sort().map((network) => (
        <Card key={network} {...shown} network={network} />
      ))}
    </section>
  );
}

function Card({ network, ...shown }: Shown & { network: string }) {
  const { app, words, about, statement } = shown;
  const name = networkName(network);
  const profile = statement.profiles.find((one) => one.network === network);
  const agreed = given(statement, "link", network);
  const state = profile ? "linked" : agreed ? "agreed" : "open";
  return (
    <article class="card" aria-labelledby={`network-${network}`}>
      <h3 id={`network-${network}`}>
        {name} <span class={`badge ${state}`}>{words.t(`state.${state}`)}</span>
      </h3>
      <Note app={app} where={`link-${network}`} />
      {profile && <Linked {...shown} profile={profile} />}
      <Tick
        {...shown}
        purpose="link"
        network={network}
        name={words.t("tick.link", { network: name })}
      />
      {agreed && !profile && about.networks.includes(network) && (
        <Prove app={app} network={network} />
      )}
      {(profile ?? given(statement, "score", network)) && (
        <Tick
          {...shown}
          purpose="score"
          network={network}
          name={words.t("tick.score", { network: name })}
        />
      )}
    </article>
  );
}

/** The consents that are of no network. */
export function General(shown: Shown) {
  const { words, about, statement } = shown;
  const ofNoNetwork = [...about.wordings, ...statement.consents].filter(
    (one) => one.network === null,
  );
  const purposes = [...new Set(ofNoNetwork.map((one) => one.purpose))].filter(
    (one) => about.enabled || given(statement, one),
  );
  if (!purposes.length) return null;
  return (
    <section aria-labelledby="general">
      <h2 id="general">{words.t("general.title")}</h2>
      <div class="card">
        {purposes.map((purpose) => (
          <Tick
            key={purpose}
            {...shown}
            purpose={purpose}
            network={null}
            name={words.known(`tick.${purpose}`, purpose)}
          />
        ))}
      </div>
    </section>
  );
}
