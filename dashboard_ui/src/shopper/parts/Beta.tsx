// An invitation to try something early: where it stands, and yes.

import { type Perk, said } from "../api/client";
import type { App } from "../app";
import { Button } from "./Button";
import { Questions } from "./Questions";

export type Invitation = NonNullable<Perk["invitation"]>;

export interface Props {
  app: App;
  perk: Perk;
  invitation: Invitation;
  place: string;
}

export function Beta(props: Props) {
  const { app, perk, invitation, place } = props;
  const { words } = app;
  const { state, answer_by: until, link, questions } = invitation;
  const values = { until: until && words.moment(until), to: words.day(perk.ends_at) };
  const accept = () => {
    const params = { path: { grant_id: perk.id } };
    return said(app.client.POST("/api/shopper/perks/{grant_id}/accept", { params }));
  };
  return (
    <>
      <p>{words.t(`beta.${state}`, values)}</p>
      {link && (
        <p>
          <a href={link} rel="noopener noreferrer" target="_blank">
            {words.t("beta.link")}
          </a>
        </p>
      )}
      {(state === "invited" || state === "expired") && (
        <p>
          <Button
            id={`${place}-accept`}
            look="main"
            busy={app.busy}
            onClick={() => void app.deed(place, accept, { then: `${place}-title` })}
          >
            {words.t("beta.accept")}
          </Button>
        </p>
      )}
      {questions.length > 0 && <Questions {...props} />}
    </>
  );
}
