// The frame of a widget: no padding of its own (the Dashboard pads), and as high as its content.

import { useWidgetAutoResize } from "@saleor/app-sdk/app-bridge";
import { type ReactNode, useRef } from "react";

export function Widget({ children }: { children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  useWidgetAutoResize(root);
  return (
    <main className="widget" ref={root}>
      {children}
    </main>
  );
}
