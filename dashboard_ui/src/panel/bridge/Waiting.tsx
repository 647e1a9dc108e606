// The moment before the Dashboard's handshake, and what is said when it does not come.

import { useEffect, useState } from "react";

import { Notice } from "../parts/Notice";
import { Skeletons } from "../parts/Skeletons";
import { say } from "../words/say";

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

  if (!late) return <Skeletons label={say("bridge.waiting")} lines={4} />;
  const askAgain = () => {
    setLate(false);
    setAsked(asked + 1);
    onAskAgain();
  };
  return (
    <Notice
      tone="warning"
      title={say("bridge.silent")}
      action={{ label: say("parts.ask"), run: askAgain }}
    >
      {say("bridge.silent.why")}
    </Notice>
  );
}
