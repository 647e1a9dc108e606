// A customer's name that opens her page in the Dashboard.

import { actions } from "@saleor/app-sdk/app-bridge";

import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";

interface Props {
  customerId: string;
  person: Person | undefined;
}

export function CustomerLink({ customerId, person }: Props) {
  const { bridge } = useShop();
  const open = () => {
    const to = `/customers/${encodeURIComponent(customerId)}`;
    // Only the Dashboard can navigate itself: the frame may not touch its parent.
    bridge.dispatch(actions.Redirect({ to })).catch(() => undefined);
  };
  const name = person === undefined ? customerId : person.name || person.email;
  return (
    <span className="person">
      <button type="button" className="link" onClick={open}>
        {name}
      </button>
      {person?.name && <span className="muted person-email">{person.email}</span>}
    </span>
  );
}
