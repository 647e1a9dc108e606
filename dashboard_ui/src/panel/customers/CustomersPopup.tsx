// The customers that were ticked in the Dashboard's list, side by side.

import { type CustomerValue, useCustomerEach, usePeople } from "../api/questions";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { nameOf } from "../parts/CustomerLink";
import { Page } from "../parts/Page";
import { PlaceLink } from "../parts/PlaceLink";
import { Skeletons } from "../parts/Skeletons";
import { TroubleNotice } from "../parts/TroubleNotice";
import { evidencePlace } from "../bridge/place";
import { GiveToEach } from "./GiveToEach";
import { say } from "../words/say";

const MOST = 20;

function Row({ customer, name }: { customer: CustomerValue; name: string }) {
  const { format } = useShop();
  const { state, value, civ, verdict, customer_id: id } = customer;
  return (
    <tr>
      <th scope="row">
        <PlaceLink to={evidencePlace(id)}>{name}</PlaceLink>
      </th>
      <td className="figure cell-number">
        {value ? format.estimate(value) : state !== "valued" && say(`customer.state.${state}`)}
      </td>
      <td className="figure cell-number">{civ ? format.estimate(civ) : "–"}</td>
      <td className="figure cell-number">{format.count(customer.orders_count)}</td>
      <td>
        <VerdictChip verdict={verdict} />
      </td>
    </tr>
  );
}

function Compared({ ids }: { ids: readonly string[] }) {
  const answers = useCustomerEach(ids);
  const people = usePeople(ids);
  const trouble = answers.find((answer) => answer.isError);
  if (trouble?.error) {
    return <TroubleNotice trouble={trouble.error} onAgain={() => void trouble.refetch()} />;
  }
  if (answers.some((answer) => answer.isPending)) {
    return <Skeletons label={say("picked.loading")} lines={ids.length} />;
  }
  const customers = answers.flatMap((answer) => answer.data ?? []);
  const worth = (customer: CustomerValue) => Number(customer.value?.amount ?? -1);
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("parts.customer")}</th>
            {(["picked.value", "picked.civ", "picked.orders"] as const).map((label) => (
              <th key={label} scope="col" className="cell-number">
                {say(label)}
              </th>
            ))}
            <th scope="col">{say("picked.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {[...customers]
            .sort((one, other) => worth(other) - worth(one))
            .map((customer) => {
              const { customer_id: id } = customer;
              return <Row key={id} customer={customer} name={nameOf(people.data?.get(id), id)} />;
            })}
        </tbody>
      </table>
    </div>
  );
}

export function CustomersPopup() {
  const chosen = (useShop().params.get("customerIds") ?? "").split(",").filter(Boolean);
  const mayGive = useMay("MANAGE_DISCOUNTS");
  return (
    <Page title={say("picked.title")}>
      {chosen.length === 0 ? (
        <Empty title={say("picked.none")}>{say("picked.none.how")}</Empty>
      ) : (
        <Compared ids={chosen.slice(0, MOST)} />
      )}
      {chosen.length > MOST && (
        <Muted>{say("picked.shown", { count: MOST, all: chosen.length })}</Muted>
      )}
      {chosen.length > 0 && mayGive && <GiveToEach ids={chosen} />}
    </Page>
  );
}
