// The frame of a widget: no padding of its own (the Dashboard pads), and as high as its content.

import { useWidgetAutoResize } from "@saleor/app-sdk/app-bridge";
import { type ReactNode, useRef } from "react";

export function Widget({ children }: { children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  useWidgetAutoResize(root);
  return (
    <div className="widget" ref={root}>
      {/* The Dashboard draws the visible title above the frame. */}
      <h1 className="unseen">Influence</h1>
      {children}
    </div>
  );
}
