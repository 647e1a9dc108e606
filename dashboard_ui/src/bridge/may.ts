// What the staff member may do in Saleor. Only to leave out what would be refused: the server decides.

import { useShop } from "./shop";
import { useBridgeValue } from "./state";

type Permission = "MANAGE_APPS" | "MANAGE_DISCOUNTS";

export function useMay(permission: Permission): boolean {
  const { bridge } = useShop();
  return useBridgeValue(bridge, (state) => state.user?.permissions.includes(permission) ?? false);
}
