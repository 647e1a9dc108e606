// What else a shopkeeper wants to see at once: brought so far, score, categories, perks, profiles.

import { useProfiles } from "../api/profiles";
import type { CustomerValue } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { HandleLink } from "../profiles/HandleLink";
import { useNetworks } from "../profiles/networks";
import { profileState, proofName } from "../profiles/words";
import css from "./CustomerView.module.css";
import { PerksLine } from "./PerksLine";
import { leadsIn } from "./verdictLine";

const TOPICS_SHOWN = 3;

function Profiles({ customerId }: { customerId: string }) {
  const { networkName } = useNetworks();
  const { data, error } = useProfiles(customerId);
  const profiles = data?.profiles ?? [];
  if (error?.passing !== true && profiles.length === 0) return null;
  return (
    <>
      <dt>Profiles</dt>
      <dd>
        {error?.passing === true
          ? "Cannot be shown right now"
          : profiles.map((profile) => (
              <div key={profile.network}>
                {networkName(profile.network)}, {proofName(profile.proof)}:{" "}
                <HandleLink handle={profile.handle} url={profile.url} />
                {profile.state !== "linked" && <Muted>{profileState(profile).label}</Muted>}
              </div>
            ))}
      </dd>
    </>
  );
}

export function WidgetFacts({ customer }: { customer: CustomerValue }) {
  const { format } = useShop();
  const mayPerks = useMay("MANAGE_DISCOUNTS");
  const { brought, score } = customer;
  const topics = leadsIn(customer).slice(0, TOPICS_SHOWN);
  return (
    <dl className={css.facts}>
      {brought !== null && (
        <>
          <dt>Brought so far</dt>
          <dd className="figure">{format.money(brought)}</dd>
        </>
      )}
      {score !== null && (
        <>
          <dt>Score</dt>
          <dd className="figure">{score} of 100</dd>
        </>
      )}
      {topics.length > 0 && (
        <>
          <dt>Leads in</dt>
          <dd>{topics.join(", ")}</dd>
        </>
      )}
      {mayPerks && (
        <>
          <dt>Perks</dt>
          <dd>
            <PerksLine customerId={customer.customer_id} />
          </dd>
        </>
      )}
      <Profiles customerId={customer.customer_id} />
    </dl>
  );
}
