import type { Profile } from "../api/client";
import type { Shown } from "../state";
import { noted } from "../app";
import { networkName } from "../networks";
import { Button } from "./Button";
import { Really } from "./Really";
import { Snapshots } from "./Snapshots";

type Props = Shown & { profile: Profile };

/** A profile that is linked: how that was proven, what was read of it, and "this is not me". */
export function Linked({ app, words, profile }: Props) {
  const { network } = profile;
  const id = `notme-${network}`;
  const gone = () => {
    const params = { path: { network } };
    return noted(app.client.POST("/api/shopper/profiles/{network}/not-me", { params }));
  };
  const after = { done: "notme.done", then: `network-${network}` } as const;
  return (
    <>
      <dl>
        <dt>{words.t("profile.handle")}</dt>
        <dd>
          <Address words={words} profile={profile} />
        </dd>
        <dt>{words.t("profile.proof")}</dt>
        <dd>
          {words.known(`proof.${profile.proof}`, profile.proof)}, {words.moment(profile.proven_at)}
        </dd>
        <dt>{words.t("profile.state")}</dt>
        <dd>
          {words.known(`profile.${profile.state}`, profile.state)}
          <Trouble words={words} profile={profile} />
        </dd>
        <dt>{words.t("profile.posts")}</dt>
        <dd>{words.t("profile.posts.held", { count: profile.posts_held })}</dd>
      </dl>
      <Snapshots words={words} profile={profile} />
      {app.asked === id ? (
        <Really
          app={app}
          where={id}
          text={words.t("notme.really", { network: networkName(network) })}
          yes={words.t("notme.yes")}
          onYes={() => void app.deed(`link-${network}`, gone, after)}
        />
      ) : (
        <Button
          id={id}
          busy={app.busy}
          onClick={() => {
            app.ask(id);
          }}
        >
          {words.t("notme.button")}
        </Button>
      )}
    </>
  );
}

function Address({ words, profile }: Pick<Props, "words" | "profile">) {
  // What a network names as a profile's address might be a script.
  if (!/^https?:\/\//.test(profile.url)) return <>{profile.handle}</>;
  return (
    <a id={`open-${profile.network}`} href={profile.url} rel="noopener noreferrer" target="_blank">
      {profile.handle}
      <span class="unseen">{` (${words.t("newwindow")})`}</span>
    </a>
  );
}

/** Why nothing is read at the moment. */
function Trouble({ words, profile }: Pick<Props, "words" | "profile">) {
  const { trouble, trouble_reason: reason, network } = profile;
  if (!trouble) return null;
  const why = words.refusal(reason, networkName(network));
  return <>. {why ?? <span lang="en">{trouble}</span>}</>;
}
