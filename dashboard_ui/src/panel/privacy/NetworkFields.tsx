// Which networks are on, and the shop's own app where a network needs one.

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import type { Draft, NetworkDraft } from "./draft";
import css from "./privacy.module.css";
import { say } from "../words/say";

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

interface FieldsProps {
  name: string;
  network: NetworkDraft;
  onWrite: (part: Partial<NetworkDraft>) => void;
}

function Fields({ name, network, onWrite }: FieldsProps) {
  const { title } = network;
  return (
    <div className={`choices ${css["network-fields"]}`}>
      {network.needsApp && (
        <>
          <TextField
            label={say("privacy.networks.client", { network: title })}
            value={network.clientId}
            onWrite={(clientId) => {
              onWrite({ clientId });
            }}
          />
          <TextField
            label={say("privacy.networks.secret", { network: title })}
            type="password"
            value={network.clientSecret}
            note={say(
              network.stored ? "privacy.networks.secret.stored" : "privacy.networks.secret.kept",
            )}
            onWrite={(clientSecret) => {
              onWrite({ clientSecret });
            }}
          />
        </>
      )}
      <TextField
        label={
          name === "mastodon"
            ? say("privacy.networks.server")
            : say("privacy.networks.address", { network: title })
        }
        value={network.baseUrl}
        placeholder="https://"
        note={say(
          name === "mastodon" ? "privacy.networks.server.note" : "privacy.networks.address.note",
        )}
        onWrite={(baseUrl) => {
          onWrite({ baseUrl });
        }}
      />
    </div>
  );
}

export function NetworkFields({ draft, onChange }: Props) {
  const write = (name: string, network: NetworkDraft, part: Partial<NetworkDraft>) => {
    onChange({ networks: { ...draft.networks, [name]: { ...network, ...part } } });
  };
  return (
    <fieldset className="group">
      <legend>{say("privacy.networks")}</legend>
      <Muted>{say("privacy.networks.what")}</Muted>
      {Object.entries(draft.networks).map(([name, network]) => {
        return (
          <div key={name} className="stack-small">
            <Tick
              checked={network.on}
              onTick={(on) => {
                write(name, network, { on });
              }}
            >
              {network.title}
            </Tick>
            {network.on && (
              <Fields
                {...{ name, network }}
                onWrite={(part) => {
                  write(name, network, part);
                }}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
