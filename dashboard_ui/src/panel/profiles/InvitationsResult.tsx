// What became of the rows: an address for each who is asked, and why the others were left out.

import type { InvitationImport, Invited } from "../api/profiles";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { Button } from "../parts/Button";
import { CopyField } from "../parts/CopyField";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { Text } from "../parts/Text";
import { csvOf, download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { RefusedRows } from "../parts/RefusedRows";
import { useNetworks } from "./networks";
import { say } from "../words/say";
import css from "./profiles.module.css";

const SHOWN = 10;
const HEADER = ["customer", "network", "handle", "address", "good until"];

function save(invited: readonly Invited[]): void {
  const rows = invited.map((one) => [
    one.customer_id,
    one.network,
    one.handle ?? "",
    one.url,
    one.expires_at,
  ]);
  download("invitations.csv", csvOf([HEADER, ...rows]), "text/csv");
}

function Row({ invited, person }: { invited: Invited; person: Person | undefined }) {
  const { networkName } = useNetworks();
  const { customer_id: id, network, handle, url } = invited;
  return (
    <tr>
      <th scope="row">
        <CustomerLink customerId={id} person={person} brief />
      </th>
      <td>
        {networkName(network)}
        {handle !== null && (
          <span className={`muted cell-note ${css.handle}`}>
            {say("profiles.suggested", { handle })}
          </span>
        )}
      </td>
      <td className={css["cell-address"]}>
        <CopyField
          label={say("profiles.many.address.of", {
            name: nameOf(person, id),
            network: networkName(network),
          })}
          text={url}
          labelled={false}
        />
      </td>
    </tr>
  );
}

function Addresses({ invited }: { invited: readonly Invited[] }) {
  const [page, turn] = usePage(SHOWN);
  const shown = invited.slice(page.offset, page.offset + SHOWN);
  const people = usePeople([...new Set(shown.map((one) => one.customer_id))]);
  return (
    <>
      <div className="table-room">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("profiles.customer")}</th>
              <th scope="col">{say("profiles.network")}</th>
              <th scope="col">{say("profiles.many.address")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <Row key={one.url} invited={one} person={people.data?.get(one.customer_id)} />
            ))}
          </tbody>
        </table>
      </div>
      <Paging page={page} total={invited.length} of={say("profiles.many.of")} onTurn={turn} />
    </>
  );
}

export function InvitationsResult({ result }: { result: InvitationImport }) {
  const { invited, refused, reasons } = result;
  const count = invited.length;
  return (
    <div className="import import-wide">
      <Text as="p" size={3} fontWeight="medium" role="status">
        {refused > 0
          ? say("profiles.many.made.left", { count, rows: refused })
          : say("profiles.many.made", { count })}
      </Text>
      <Muted>{say("profiles.many.once")}</Muted>
      <RefusedRows reasons={reasons} refused={refused} />
      {invited.length > 0 && (
        <>
          <Button
            size="small"
            variant="secondary"
            onClick={() => {
              save(invited);
            }}
          >
            {say("profiles.many.download")}
          </Button>
          <Addresses invited={invited} />
        </>
      )}
    </div>
  );
}
