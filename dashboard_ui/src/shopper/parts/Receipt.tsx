import { type Consent, said } from "../api/client";
import type { App } from "../app";
import { save } from "../dom";
import { Button } from "./Button";

interface Props {
  app: App;
  /** The place that says how it went. */
  id: string;
  row: Consent | undefined;
}

/** The receipt of a decision, to be kept: a signed file. */
export function Receipt({ app, id, row }: Props) {
  if (!row) return null;
  const { number } = row;
  const fetched = async () => {
    const params = { path: { number } };
    const asked = app.client.GET("/api/shopper/consents/{number}/receipt", { params });
    save(`consent-receipt-${number}.json`, await said(asked));
  };
  const key = row.action === "withdrawn" ? "receipt.withdrawn" : "receipt.given";
  return (
    <p class="small">
      <Button
        id={`${id}-receipt`}
        look="plain"
        busy={app.busy}
        onClick={() => void app.deed(id, fetched, { done: "receipt.done" })}
      >
        {app.words.t(key, { number })}
      </Button>
    </p>
  );
}
