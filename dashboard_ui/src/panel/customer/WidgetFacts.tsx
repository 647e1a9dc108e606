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
import { say } from "../words/say";

const TOPICS_SHOWN = 3;

function Profiles({ customerId }: { customerId: string }) {
  const { networkName } = useNetworks();
  const { data, error } = useProfiles(customerId);
  const profiles = data?.profiles ?? [];
  if (error?.passing !== true && profiles.length === 0) return null;
  return (
    <>
      <dt>{say("parts.place.profiles")}</dt>
      <dd>
        {error?.passing === true
          ? say("customer.hidden")
          : profiles.map((profile) => (
              <div key={profile.network}>
                {say("customer.profile", {
                  network: networkName(profile.network),
                  proof: proofName(profile.proof),
                })}{" "}
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
          <dt>{say("customer.brought")}</dt>
          <dd className="figure">{format.money(brought)}</dd>
        </>
      )}
      {score !== null && (
        <>
          <dt>{say("customer.score")}</dt>
          <dd className="figure">{say("customer.score.of", { score })}</dd>
        </>
      )}
      {topics.length > 0 && (
        <>
          <dt>{say("customer.leads")}</dt>
          <dd>{topics.join(", ")}</dd>
        </>
      )}
      {mayPerks && (
        <>
          <dt>{say("parts.place.perks")}</dt>
          <dd>
            <PerksLine customerId={customer.customer_id} />
          </dd>
        </>
      )}
      <Profiles customerId={customer.customer_id} />
    </dl>
  );
}
