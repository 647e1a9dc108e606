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
import { say } from "../words/say";

interface Props {
  customerId: string;
  linked: readonly string[];
}

function Made({ invited }: { invited: Invited }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const day = format.day(invited.expires_at);
  return (
    <div className="import">
      <CopyField
        label={say("profiles.ask.made", { network: networkName(invited.network) })}
        text={invited.url}
      />
      <Muted>
        {invited.handle === null
          ? say("profiles.ask.until", { day })
          : say("profiles.ask.until.handle", { day, handle: invited.handle })}{" "}
        {say("profiles.ask.send")}
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
  if (network === undefined) return <Muted>{say("profiles.ask.all")}</Muted>;
  const ask = (event: SyntheticEvent) => {
    event.preventDefault();
    inviting.mutate({ network, handle: handle.trim() || null });
  };
  return (
    <>
      <form className="choices" onSubmit={ask}>
        <Choice
          label={say("profiles.network")}
          options={free.map((one) => [one, networkName(one)] as const)}
          value={network}
          onChoose={(to) => {
            setChosen(to);
            inviting.reset();
          }}
        />
        <TextField label={say("profiles.ask.handle")} value={handle} onWrite={setHandle} />
        <Button size="small" variant="secondary" type="submit" disabled={inviting.isPending}>
          {say("profiles.ask.go")}
        </Button>
      </form>
      <div aria-live="polite">{inviting.data && <Made invited={inviting.data} />}</div>
      {inviting.isError && <TroubleNotice trouble={inviting.error} />}
    </>
  );
}

export function AskToLink({ customerId, linked }: Props) {
  return (
    <Section title={say("profiles.ask")}>
      <Muted>{say("profiles.ask.what")}</Muted>
      <Answered question={usePrivacySettings()} loading={say("profiles.ask.loading")} lines={2}>
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
