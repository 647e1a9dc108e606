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

export function ProfilesPage() {
  return (
    <AppPage
      title="Profiles"
      subtitle={
        <Muted>
          Customers link their profiles themselves, by consent and with proof. Staff can only ask.
        </Muted>
      }
    >
      <Answered question={usePrivacySettings()} loading="Loading the profiles" lines={8}>
        {({ enabled, confirmed_at: confirmed }) =>
          confirmed ? (
            <>
              {!enabled && (
                <Notice tone="warning" title="Social profiles are switched off">
                  Nothing is read and no social tie counts. What is held stays visible, here and to
                  the customers, who can still withdraw it.
                </Notice>
              )}
              <LinksCard />
              {enabled && <InvitationsCard />}
            </>
          ) : (
            <Card title="Not switched on">
              <SwitchedOff />
            </Card>
          )
        }
      </Answered>
    </AppPage>
  );
}
