// The moment before the Dashboard's handshake, and what is said when it does not come.

import { useEffect, useState } from "react";

import { Notice } from "../parts/Notice";
import { Skeletons } from "../parts/Skeletons";

const PATIENCE_MS = 8_000;

export function Waiting({ onAskAgain }: { onAskAgain: () => void }) {
  const [late, setLate] = useState(false);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLate(true);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [asked]);

  if (!late) return <Skeletons label="Waiting for the Dashboard" lines={4} />;
  const askAgain = () => {
    setLate(false);
    setAsked(asked + 1);
    onAskAgain();
  };
  return (
    <Notice
      tone="warning"
      title="The Dashboard has not answered"
      action={{ label: "Ask again", run: askAgain }}
    >
      It has not said who is asking, so nothing can be shown yet. Reloading the page helps most
      times.
    </Notice>
  );
}
