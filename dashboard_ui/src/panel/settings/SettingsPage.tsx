// Everything that staff of the shop can choose, on one page, or where it is chosen.

import { useSettings } from "../api/settings";
import { useMay } from "../bridge/may";
import { HandOffCards } from "../handoff/HandOffCards";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { ExclusionsCard } from "./ExclusionsCard";
import { HealthCard } from "./HealthCard";
import { PermissionsCard } from "./PermissionsCard";
import { SettingsForm } from "./SettingsForm";
import { SurveyCard } from "./SurveyCard";

export function SettingsPage() {
  const mayChange = useMay("MANAGE_APPS");
  const maySeePerks = useMay("MANAGE_DISCOUNTS");
  return (
    <AppPage
      title="Settings"
      subtitle={
        <Muted>
          How values are counted, what is written into Saleor, and who is told of perks.
        </Muted>
      }
    >
      <div className="cards">
        <div className="column">
          <Answered question={useSettings()} loading="Loading the settings" lines={8}>
            {(settings) => <SettingsForm settings={settings} mayChange={mayChange} />}
          </Answered>
          {maySeePerks && <HandOffCards />}
        </div>
        <div className="column">
          <SurveyCard />
          <ExclusionsCard />
          <PermissionsCard />
          <HealthCard />
          <Card title="Chosen elsewhere">
            <ul className="rows">
              <li className="row">
                <div>
                  <PlaceLink to="/segments">Segments</PlaceLink>
                  <Muted>Who belongs, and how many at most.</Muted>
                </div>
              </li>
              <li className="row">
                <div>
                  <PlaceLink to="/privacy-settings">Privacy</PlaceLink>
                  <Muted>Social profiles, who is responsible, ages, times, storefronts.</Muted>
                </div>
              </li>
              <li className="row">
                <div>
                  <PlaceLink to="/discounts">Personal codes</PlaceLink>
                  <Muted>Whose a voucher code is.</Muted>
                </div>
              </li>
            </ul>
          </Card>
        </div>
      </div>
    </AppPage>
  );
}
