// The way to prove that a profile is theirs: at the network, or by a text in the profile.

import type { App } from "../app";
import { typed } from "../dom";
import type { Method } from "../linking";
import { networkName } from "../networks";
import { Submit } from "./Button";
import { Away, Put } from "./ProofSteps";

type Methods = readonly [Method, ...Method[]];
/** How ownership of a profile can be proven; the first is the easiest. */
const METHODS: Partial<Record<string, Methods>> = {
  mastodon: ["oauth", "nonce", "rel-me"],
  bluesky: ["nonce"],
};

interface Props {
  app: App;
  network: string;
}

export function Prove({ app, network }: Props) {
  const begun = app.linking?.begun[network];
  if (!begun) return <Begin app={app} network={network} />;
  const Steps = begun.method === "oauth" ? Away : Put;
  return <Steps app={app} network={network} begun={begun} />;
}

function Begin({ app, network }: Props) {
  const { words } = app;
  const methods = METHODS[network] ?? (["oauth"] as const);
  const needsHandle = network === "mastodon" || !methods.includes("oauth");
  const submit = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const method = (typed(form, "method") || methods[0]) as Method;
    void app.linking?.begin(network, method, typed(form, "handle"));
  };
  return (
    <form class="prove" onSubmit={submit} aria-labelledby={`prove-${network}`}>
      <h4 id={`prove-${network}`}>{words.t("prove.title")}</h4>
      {methods.length > 1 && <HowTo app={app} network={network} methods={methods} />}
      {needsHandle && <Handle app={app} network={network} />}
      <Submit id={`go-${network}`} look="main" busy={app.busy}>
        {words.t("prove.go")}
      </Submit>
    </form>
  );
}

function HowTo({ app, network, methods }: Props & { methods: Methods }) {
  const { words } = app;
  return (
    <fieldset>
      <legend>{words.t("prove.how")}</legend>
      {methods.map((method, place) => (
        <label class="choice" key={method} htmlFor={`${method}-${network}`}>
          <input
            type="radio"
            name="method"
            id={`${method}-${network}`}
            value={method}
            defaultChecked={place === 0}
          />{" "}
          {words.t(`prove.${method}`, { network: networkName(network) })}
        </label>
      ))}
    </fieldset>
  );
}

function Handle({ app, network }: Props) {
  const { words, invitation } = app;
  const suggested = invitation?.network === network ? invitation.handle : null;
  return (
    <>
      <label htmlFor={`handle-${network}`}>{words.t("prove.handle")}</label>
      <p id={`hint-${network}`} class="small">
        {words.known(`hint.${network}`, "")}
      </p>
      <input
        id={`handle-${network}`}
        name="handle"
        type="text"
        required
        maxLength={400}
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`hint-${network}`}
        defaultValue={suggested ?? ""}
      />
    </>
  );
}
