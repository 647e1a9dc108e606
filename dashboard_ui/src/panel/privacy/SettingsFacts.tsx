// The settings for those who may read them only.

import type { PrivacySettings } from "../api/privacy";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";

export function SettingsFacts({ settings }: { settings: PrivacySettings }) {
  const { format } = useShop();
  const networks = settings.offered
    .filter(({ name }) => name in (settings.networks ?? {}))
    .map(({ title }) => title);
  const or = (text: string) => text || "nobody yet";
  return (
    <Card title="Settings">
      <Facts
        facts={[
          { label: "Responsible", value: or(settings.controller_name) },
          { label: "To be reached at", value: or(settings.controller_contact) },
          { label: "Data protection officer", value: or(settings.officer) },
          { label: "Supervisory authority", value: or(settings.authority) },
          { label: "Operator of this app", value: or(settings.operator) },
          {
            label: "Transfers outside the EEA",
            value: settings.transfers || "nothing said yet",
          },
          { label: "Minimum age", value: format.count(settings.minimum_age) },
          { label: "Countries", value: settings.countries.join(", ") || "one age for all" },
          { label: "Raw posts are kept for", value: `${format.count(settings.posts_days)} days` },
          {
            label: "Figures are kept for",
            value: `${format.count(settings.features_months)} months`,
          },
          { label: "Storefronts", value: settings.storefront_origins.join(", ") || "none" },
          { label: "Networks", value: networks.join(", ") || "none" },
        ]}
      />
      <Muted>To change them takes the permission to manage apps.</Muted>
    </Card>
  );
}
