// On a customer's page: what they are worth, why, how much of that is known, and which perks they have.

import { About } from "../mounts/About";
import { Section } from "../parts/Section";
import { PerksOfCustomer } from "../perks/PerksOfCustomer";
import { Customer } from "./Customer";

const PERKS_SHOWN = 3;

export function CustomerWidget() {
  return (
    <About params={["customerId"]} of="customer">
      {(customerId) => (
        <div className="stack">
          <Customer customerId={customerId} />
          <Section title="Perks">
            <PerksOfCustomer customerId={customerId} shown={PERKS_SHOWN} />
          </Section>
        </div>
      )}
    </About>
  );
}
