// Voucher codes and whose they are.

import { type PersonalCode, useTakeCode } from "../api/codes";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import { CodeLeak } from "./CodeLeak";
import { say } from "../words/say";
import { usesWords } from "./uses";

interface Props {
  codes: readonly PersonalCode[];
  mayTake?: boolean;
}

function Take({ code }: { code: string }) {
  const taking = useTakeCode();
  return (
    <>
      <Confirm
        label={say("voucher.take")}
        question={say("voucher.take.sure", { code })}
        yes={say("voucher.take")}
        busy={taking.isPending}
        onYes={() => {
          taking.mutate(code);
        }}
      />
      {taking.isError && <TroubleNotice trouble={taking.error} />}
    </>
  );
}

export function CodesTable({ codes, mayTake = false }: Props) {
  const { format } = useShop();
  const people = usePeople([...new Set(codes.map((code) => code.customer_id))]);
  return (
    <>
      <ul className="rows">
        {codes.map(({ code, customer_id: id, valid_from: since, leak, uses, ...more }) => (
          <li key={code} className="row">
            <div>
              <p className="code">{code}</p>
              <CustomerLink customerId={id} person={people.data?.get(id)} />
              <Muted>
                {usesWords({ byOthers: uses.by_others, byOwner: uses.by_owner })}
                {uses.paid.length > 0 && `: ${uses.paid.map(format.money).join(", ")}`}
              </Muted>
              {more.replaced_at && (
                <Muted>{say("voucher.replaced", { day: format.day(more.replaced_at) })}</Muted>
              )}
              {leak && (
                <CodeLeak
                  code={code}
                  leak={leak}
                  mayClear={mayTake}
                  grant={
                    more.grant_id != null && more.given_at != null
                      ? { id: more.grant_id, givenAt: more.given_at }
                      : null
                  }
                />
              )}
            </div>
            <div className="code-more">
              <Muted>{say("voucher.since", { day: format.day(since) })}</Muted>
              <PlaceLink to={evidencePlace(id)}>
                {say("voucher.brought")}
                <span className="unseen"> {say("voucher.brought.by", { code })}</span>
              </PlaceLink>
              {mayTake && <Take code={code} />}
            </div>
          </li>
        ))}
      </ul>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </>
  );
}
