// A personal address that invites a customer to link a profile; to send it is up to the staff member.

import { type SyntheticEvent, useState } from "react";

import { usePrivacySettings } from "../api/privacy";
import { type Invited, useInvite } from "../api/profiles";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { CopyField } from "../parts/CopyField";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { SwitchedOff } from "./SwitchedOff";
import { useNetworks } from "./networks";

interface Props {
  customerId: string;
  linked: readonly string[];
}

function Made({ invited }: { invited: Invited }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  return (
    <div className="import">
      <CopyField
        label={`Personal address for ${networkName(invited.network)}`}
        text={invited.url}
      />
      <Muted>
        Good until {format.day(invited.expires_at)}
        {invited.handle !== null && `, with ${invited.handle} as a suggestion`}. It is for this
        customer alone, and this app sends nothing: send it as you usually write to them. Another
        one for the same network makes this one worthless.
      </Muted>
    </div>
  );
}

function Form({ customerId, linked, networks }: Props & { networks: readonly string[] }) {
  const { networkName } = useNetworks();
  const free = networks.filter((network) => !linked.includes(network));
  const [chosen, setChosen] = useState("");
  const [handle, setHandle] = useState("");
  const inviting = useInvite(customerId);
  const network = free.includes(chosen) ? chosen : free[0];
  if (network === undefined) return <Muted>Every network that is on is linked.</Muted>;
  const ask = (event: SyntheticEvent) => {
    event.preventDefault();
    inviting.mutate({ network, handle: handle.trim() || null });
  };
  return (
    <>
      <form className="choices" onSubmit={ask}>
        <Choice
          label="Network"
          options={free.map((one) => [one, networkName(one)] as const)}
          value={network}
          onChoose={(to) => {
            setChosen(to);
            inviting.reset();
          }}
        />
        <TextField label="Handle, if you know it" value={handle} onWrite={setHandle} />
        <Button size="small" variant="secondary" type="submit" disabled={inviting.isPending}>
          Make a personal address
        </Button>
      </form>
      <div aria-live="polite">{inviting.data && <Made invited={inviting.data} />}</div>
      {inviting.isError && <TroubleNotice trouble={inviting.error} />}
    </>
  );
}

export function AskToLink({ customerId, linked }: Props) {
  return (
    <Section title="Ask for a profile">
      <Muted>
        Only the customer can link: signed in to the shop, with their own consent, and by proving
        that the profile is theirs. You can only ask.
      </Muted>
      <Answered question={usePrivacySettings()} loading="Loading the networks" lines={2}>
        {({ enabled, networks }) =>
          enabled ? (
            <Form {...{ customerId, linked }} networks={Object.keys(networks ?? {}).sort()} />
          ) : (
            <SwitchedOff />
          )
        }
      </Answered>
    </Section>
  );
}
