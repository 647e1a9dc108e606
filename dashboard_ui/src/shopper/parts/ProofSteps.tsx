// What is to be done once linking has begun.

import type { App } from "../app";
import type { Begun } from "../linking";
import { networkName } from "../networks";
import { Button } from "./Button";
import { Note } from "./Note";

interface Props {
  app: App;
  network: string;
  begun: Begun;
}

/** They sign in at the network, in a window that has opened. */
export function Away({ app, network, begun }: Props) {
  const { words } = app;
  const name = networkName(network);
  return (
    <div class="prove">
      <p id={`next-${network}`}>{words.t("away.text", { network: name })}</p>
      <div class="buttons">
        <a id={`away-${network}`} href={begun.url ?? ""} target="influence-link" rel="opener">
          {words.t("away.open", { network: name })}
        </a>
        <Cancel app={app} network={network} />
      </div>
    </div>
  );
}

/** They put a text or a link into their profile. */
export function Put({ app, network, begun }: Props) {
  const { words, linking } = app;
  const name = networkName(network);
  return (
    <div class="prove">
      <h4 id={`next-${network}`}>{words.t("put.title")}</h4>
      <ol>
        <li>
          {words.t(begun.method === "nonce" ? "put.nonce" : "put.relme", { network: name })}
          <div class="put">
            <code id={`put-${network}`}>{begun.put}</code>
            <Button id={`copy-${network}`} onClick={() => void copy(app, network, begun)}>
              {words.t("copy")}
            </Button>
          </div>
          <Note app={app} where={`copy-${network}`} />
        </li>
        <li>{words.t("put.then")}</li>
        <li>{words.t("put.after")}</li>
      </ol>
      <p class="small">{words.t("put.until", { moment: words.moment(begun.expires_at) })}</p>
      <div class="buttons">
        <Button
          id={`done-${network}`}
          look="main"
          busy={app.busy}
          onClick={() => void linking?.finish(network)}
        >
          {words.t("put.done")}
        </Button>
        <Cancel app={app} network={network} />
      </div>
    </div>
  );
}

function Cancel({ app, network }: Omit<Props, "begun">) {
  return (
    <Button id={`cancel-${network}`} onClick={() => app.linking?.cancel(network)}>
      {app.words.t("cancel")}
    </Button>
  );
}

async function copy(app: App, network: string, begun: Begun): Promise<void> {
  const where = `copy-${network}`;
  try {
    await navigator.clipboard.writeText(begun.put ?? "");
    app.note(where, "good", app.words.t("copied"));
    app.draw();
  } catch {
    app.note(where, "", app.words.t("copy.byhand"));
    app.draw();
    const text = document.getElementById(`put-${network}`);
    if (text) getSelection()?.selectAllChildren(text);
  }
}
