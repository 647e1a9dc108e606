// The address of the page on which customers decide what they agree to, to be sent to them.

import { useShop } from "../bridge/shop";
import { CopyField } from "./CopyField";

export function ShopperPageLink({ label }: { label: string }) {
  const { bridge } = useShop();
  const { saleorApiUrl } = bridge.getState();
  const query = new URLSearchParams({ saleorApiUrl });
  return <CopyField label={label} text={`${window.location.origin}/shopper?${query.toString()}`} />;
}
