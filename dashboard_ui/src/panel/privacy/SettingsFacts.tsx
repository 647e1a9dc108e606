// The settings for those who may read them only.

import type { PrivacySettings } from "../api/privacy";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

export function SettingsFacts({ settings }: { settings: PrivacySettings }) {
  const { format } = useShop();
  const networks = settings.offered
    .filter(({ name }) => name in (settings.networks ?? {}))
    .map(({ title }) => title);
  const or = (text: string) => text || say("privacy.facts.nobody");
  return (
    <Card title={say("parts.place.settings")}>
      <Facts
        facts={[
          { label: say("privacy.facts.responsible"), value: or(settings.controller_name) },
          { label: say("privacy.responsible.contact"), value: or(settings.controller_contact) },
          { label: say("privacy.facts.officer"), value: or(settings.officer) },
          { label: say("privacy.named.authority"), value: or(settings.authority) },
          { label: say("privacy.facts.operator"), value: or(settings.operator) },
          {
            label: say("privacy.facts.transfers"),
            value: settings.transfers || say("privacy.facts.transfers.none"),
          },
          { label: say("privacy.limits.minimumAge"), value: format.count(settings.minimum_age) },
          {
            label: say("privacy.facts.countries"),
            value: settings.countries.join(", ") || say("privacy.facts.countries.none"),
          },
          {
            label: say("privacy.facts.posts"),
            value: say("privacy.facts.posts.days", { count: settings.posts_days }),
          },
          {
            label: say("privacy.facts.figures"),
            value: say("privacy.facts.figures.months", { count: settings.features_months }),
          },
          {
            label: say("privacy.storefronts"),
            value: settings.storefront_origins.join(", ") || say("privacy.facts.storefronts.none"),
          },
          {
            label: say("privacy.networks"),
            value: networks.join(", ") || say("privacy.facts.networks.none"),
          },
        ]}
      />
      <Muted>{say("settings.readonly")}</Muted>
    </Card>
  );
}
