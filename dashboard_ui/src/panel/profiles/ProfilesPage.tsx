// Social profiles of all customers: who linked, who is asked, who withdrew.

import { usePrivacySettings } from "../api/privacy";
import { AppPage } from "../parts/AppPage";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { InvitationsCard } from "./InvitationsCard";
import { LinksCard } from "./LinksCard";
import { SwitchedOff } from "./SwitchedOff";
import { say } from "../words/say";

export function ProfilesPage() {
  return (
    <AppPage title={say("profiles.title")} subtitle={<Muted>{say("profiles.what")}</Muted>}>
      <Answered question={usePrivacySettings()} loading={say("profiles.loading")} lines={8}>
        {({ enabled, confirmed_at: confirmed }) =>
          confirmed ? (
            <>
              {!enabled && (
                <Notice tone="warning" title={say("profiles.off")}>
                  {say("profiles.off.what")}
                </Notice>
              )}
              <LinksCard />
              {enabled && <InvitationsCard />}
            </>
          ) : (
            <Card title={say("profiles.off.never")}>
              <SwitchedOff />
            </Card>
          )
        }
      </Answered>
    </AppPage>
  );
}
