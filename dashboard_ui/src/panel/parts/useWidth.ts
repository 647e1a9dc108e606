// How wide a part is drawn, so that a picture's letters keep their size on every screen.

import { type RefObject, useEffect, useState } from "react";

export function useWidth(ref: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const part = ref.current;
    if (part === null) return;
    const watcher = new ResizeObserver(() => {
      setWidth(Math.floor(part.clientWidth));
    });
    watcher.observe(part);
    return () => {
      watcher.disconnect();
    };
  }, [ref]);
  return width;
}
