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
        label="Take back"
        question={`Take ${code} back? What it brought no longer counts for them.`}
        yes="Take back"
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
                {usesWords({ byOthers: uses.by_others, byOwner: uses.by_owner }, format)}
                {uses.paid.length > 0 && `: ${uses.paid.map(format.money).join(", ")}`}
              </Muted>
              {more.replaced_at && <Muted>Replaced on {format.day(more.replaced_at)}</Muted>}
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
              <Muted>since {format.day(since)}</Muted>
              <PlaceLink to={evidencePlace(id)}>
                What it brought<span className="unseen"> by {code}</span>
              </PlaceLink>
              {mayTake && <Take code={code} />}
            </div>
          </li>
        ))}
      </ul>
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </>
  );
}
