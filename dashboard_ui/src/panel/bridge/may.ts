// Who the staff member is, and what they may do in Saleor. Only to leave out what would be refused: the server decides.

import { userOf } from "../api/token";
import { useShop } from "./shop";
import { useBridgeValue } from "./state";

type Permission = "MANAGE_APPS" | "MANAGE_DISCOUNTS";

export function useMay(permission: Permission): boolean {
  const { bridge } = useShop();
  return useBridgeValue(bridge, (state) => state.user?.permissions.includes(permission) ?? false);
}

/** The staff member's own e-mail address, as the Dashboard's token has it. */
export function useOwnAddress(): string {
  const { bridge } = useShop();
  return useBridgeValue(bridge, (state) => state.user?.email) ?? "your account";
}

/** The staff member's own id in Saleor. */
export function useOwnId(): string | null {
  const { bridge } = useShop();
  const token = useBridgeValue(bridge, (state) => state.token);
  return token === undefined ? null : userOf(token);
}
