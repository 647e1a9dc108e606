// Which networks are on, and the shop's own app where a network needs one.

import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { Tick } from "../parts/Tick";
import type { Draft, NetworkDraft } from "./draft";
import css from "./privacy.module.css";

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
            label={`${title}: client id of your app`}
            value={network.clientId}
            onWrite={(clientId) => {
              onWrite({ clientId });
            }}
          />
          <TextField
            label={`${title}: client secret`}
            type="password"
            value={network.clientSecret}
            note={
              network.stored ? "Empty: the stored one stays." : "Kept encrypted, shown nowhere."
            }
            onWrite={(clientSecret) => {
              onWrite({ clientSecret });
            }}
          />
        </>
      )}
      <TextField
        label={name === "mastodon" ? "Mastodon: one server only" : `${title}: another API address`}
        value={network.baseUrl}
        placeholder="https://"
        note={name === "mastodon" ? "Empty: any server." : "Empty: the network's own."}
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
      <legend>Networks</legend>
      <Muted>
        Mastodon and Bluesky are free and need nothing of yours. The others need an app of your own
        there: docs/networks.md says what each gives, costs and forbids.
      </Muted>
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
