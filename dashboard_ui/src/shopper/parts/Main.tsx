// The page of somebody who is signed in, put together.

import type { Shown } from "../state";
import { networkName } from "../networks";
import { Contests } from "./Contests";
import { Estimates } from "./Estimates";
import { Title } from "./Gate";
import { Held } from "./Held";
import { History } from "./History";
import { Namings } from "./Namings";
import { Note } from "./Note";
import { General, Profiles } from "./Profiles";
import { Requests } from "./Requests";
import { Rights } from "./Rights";
import { Survey } from "./Survey";

export function Main(shown: Shown) {
  const { app, words, about, statement } = shown;
  const contact = about.controller_contact;
  const hasLinked = statement.profiles.length + statement.consents.length > 0;
  return (
    <>
      <Title app={app} />
      <p>{contact ? words.t("contact", { contact }) : words.t("contact.shop")}</p>
      {!about.enabled && hasLinked && <p class="note">{words.t("paused")}</p>}
      <Standing {...shown} />
      <Notices {...shown} />
      <Invitation {...shown} />
      <Note app={app} where="page" />
      {(about.enabled || hasLinked) && !about.by_link && (
        <>
          <Profiles {...shown} />
          <General {...shown} />
        </>
      )}
      <Namings {...shown} />
      <Held {...shown} />
      <Survey {...shown} />
      <Estimates {...shown} />
      <History {...shown} />
      <Contests {...shown} />
      <Requests {...shown} />
      <Rights {...shown} />
    </>
  );
}

/** That nothing is computed of them, and since when. */
function Standing({ words, statement }: Shown) {
  const { erased_at: erased, objected_at: objected } = statement.standing;
  if (statement.takes_part) return null;
  return (
    <p class="note">
      {erased
        ? words.t("standing.erased", { day: words.day(erased) })
        : words.t("standing.objected", { day: objected && words.day(objected) })}
    </p>
  );
}

function Notices({ words, statement }: Shown) {
  return statement.notices.map((one) => (
    <p class="note" key={one.kind + one.network + one.at}>
      {words.known(`notice.${one.kind}`, one.kind, { network: networkName(one.network) })}{" "}
      <time dateTime={one.at}>{words.day(one.at)}</time>
    </p>
  ));
}

function Invitation({ app, words }: Shown) {
  const found = app.invitation;
  if (!found) return null;
  if (found.over) return <p class="note">{words.t("invitation.over")}</p>;
  const network = networkName(found.network);
  return (
    <p class="note">
      {found.handle
        ? words.t("invitation.handle", { network, handle: found.handle })
        : words.t("invitation.plain", { network })}
    </p>
  );
}
