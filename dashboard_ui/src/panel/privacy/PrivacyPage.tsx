// What people ask about their data; whether social profiles are on, by whose word; settings and papers.

import { type PrivacySettings, usePrivacySettings } from "../api/privacy";
import { usePeople } from "../api/questions";
import { useMay, useOwnAddress, useOwnId } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { ContestsCard } from "../profiles/ContestsCard";
import { AskedAgainNow } from "./AskedAgain";
import { KeysCard } from "./KeysCard";
import { PapersCard } from "./PapersCard";
import { RequestsCard } from "./RequestsCard";
import { SettingsFacts } from "./SettingsFacts";
import { SettingsForm } from "./SettingsForm";
import { WrittenCard } from "./WrittenCard";
import { say } from "../words/say";

/** The name of a member of staff, as far as Saleor tells it to this one. */
function useStaffName(userId: string | null): string {
  const [own, address] = [useOwnId(), useOwnAddress()];
  const person = usePeople(userId === null || userId === own ? [] : [userId]).data?.get(
    userId ?? "",
  );
  if (userId !== null && userId === own) return say("privacy.standing.you", { address });
  return person ? person.name || person.email : say("privacy.standing.staff", { id: userId ?? "" });
}

function Standing({ settings }: { settings: PrivacySettings }) {
  const { format } = useShop();
  const { enabled, confirmed_at: at = null, confirmed_by: by = null } = settings;
  const name = useStaffName(by);
  return (
    <Card
      title={say("privacy.profiles")}
      action={
        <Chip tone={enabled ? "success" : "neutral"}>
          {say(enabled ? "privacy.on" : "privacy.off")}
        </Chip>
      }
    >
      <p role="status">
        {at === null
          ? say("privacy.standing.never")
          : say(enabled ? "privacy.standing.on" : "privacy.standing.off", {
              name,
              when: format.moment(at),
            })}
      </p>
      {enabled && <AskedAgainNow confirmedAt={at} />}
      {settings.lacking && (
        <Notice tone="warning" title={say("privacy.operator.first")}>
          {say("privacy.operator.first.what")}
        </Notice>
      )}
    </Card>
  );
}

export function PrivacyPage() {
  const mayConfirm = useMay("MANAGE_APPS");
  return (
    <AppPage title={say("privacy.title")} subtitle={<Muted>{say("privacy.what")}</Muted>}>
      <Answered question={usePrivacySettings()} loading={say("privacy.loading")} lines={8}>
        {(settings) => (
          <>
            <RequestsCard />
            <ContestsCard />
            <Standing settings={settings} />
            {mayConfirm ? (
              <SettingsForm settings={settings} />
            ) : (
              <SettingsFacts settings={settings} />
            )}
            <WrittenCard />
            <PapersCard
              confirmedAt={settings.confirmed_at ?? null}
              languages={settings.languages}
            />
            <KeysCard />
          </>
        )}
      </Answered>
    </AppPage>
  );
}
