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
import { say } from "../words/say";

export function SettingsPage() {
  const mayChange = useMay("MANAGE_APPS");
  const maySeePerks = useMay("MANAGE_DISCOUNTS");
  return (
    <AppPage title={say("settings.title")} subtitle={<Muted>{say("settings.what")}</Muted>}>
      <div className="cards">
        <div className="column">
          <Answered question={useSettings()} loading={say("settings.loading")} lines={8}>
            {(settings) => <SettingsForm settings={settings} mayChange={mayChange} />}
          </Answered>
          {maySeePerks && <HandOffCards />}
        </div>
        <div className="column">
          <SurveyCard />
          <ExclusionsCard />
          <PermissionsCard />
          <HealthCard />
          <Card title={say("settings.elsewhere")}>
            <ul className="rows">
              <li className="row">
                <div>
                  <PlaceLink to="/segments">{say("parts.place.segments")}</PlaceLink>
                  <Muted>{say("settings.elsewhere.segments")}</Muted>
                </div>
              </li>
              <li className="row">
                <div>
                  <PlaceLink to="/privacy-settings">{say("parts.place.privacy")}</PlaceLink>
                  <Muted>{say("settings.elsewhere.privacy")}</Muted>
                </div>
              </li>
              <li className="row">
                <div>
                  <PlaceLink to="/discounts">{say("codes.title")}</PlaceLink>
                  <Muted>{say("settings.elsewhere.codes")}</Muted>
                </div>
              </li>
            </ul>
          </Card>
        </div>
      </div>
    </AppPage>
  );
}
