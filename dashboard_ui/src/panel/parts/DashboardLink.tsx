// Opens a page of the Dashboard around us.

import { actions } from "@saleor/app-sdk/app-bridge";
import type { ReactNode } from "react";

import { useShop } from "../bridge/shop";

export function DashboardLink({ to, children }: { to: string; children: ReactNode }) {
  const { bridge } = useShop();
  const open = () => {
    // Only the Dashboard can navigate itself: the frame may not touch its parent.
    bridge.dispatch(actions.Redirect({ to })).catch(() => undefined);
  };
  return (
    <button type="button" className="link" onClick={open}>
      {children}
    </button>
  );
}

export function OrderLink({ orderId, number }: { orderId: string; number: string | null }) {
  return (
    <DashboardLink to={`/orders/${encodeURIComponent(orderId)}`}>
      {number === null ? "Order" : `#${number}`}
    </DashboardLink>
  );
}
