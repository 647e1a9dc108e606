// A state that replaces content: what happened, what it means, what can be done.

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./Button";
import { Text } from "./Text";
import css from "./parts.module.css";

const ICONS = { info: Info, warning: TriangleAlert, critical: CircleAlert };

interface Props {
  tone: keyof typeof ICONS;
  title: string;
  children?: ReactNode;
  /** What there is to say, if it is several things. */
  points?: readonly string[];
  action?: { label: string; run: () => void; busy?: boolean } | undefined;
}

export function Notice({ tone, title, children, points, action }: Props) {
  const Icon = ICONS[tone];
  return (
    <div className={`notice tone-${tone}`} role={tone === "critical" ? "alert" : "status"}>
      <Icon aria-hidden className={css["notice-icon"]} size={16} />
      <div className={css["notice-body"]}>
        <Text as="p" size={3} fontWeight="medium">
          {title}
        </Text>
        {children && (
          <Text as="p" size={2}>
            {children}
          </Text>
        )}
        {points && (
          <ul className="reasons">
            {points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        )}
        {action && (
          <Button
            size="small"
            variant="secondary"
            disabled={action.busy ?? false}
            onClick={action.run}
          >
            {action.label}
          </Button>
        )}
      </div>
    </div>
  );
}
