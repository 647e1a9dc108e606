// The public keys by which an auditor or a shopper checks receipts of consents.

import { useConsentKeys } from "../api/privacy";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { download } from "../parts/download";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import styles from "./KeysCard.module.css";
import { say } from "../words/say";

export function KeysCard() {
  return (
    <Card title={say("privacy.keys")}>
      <Muted>{say("privacy.keys.what")}</Muted>
      <Answered question={useConsentKeys()} loading={say("privacy.keys.loading")} lines={2}>
        {(found) =>
          found.keys.length === 0 ? (
            <Empty title={say("privacy.keys.none")}>{say("privacy.keys.none.when")}</Empty>
          ) : (
            <div className="stack-small">
              <ul className="rows" aria-label={say("privacy.keys.list")}>
                {found.keys.map(({ kid, crv }) => (
                  <li key={kid} className="row">
                    <code className={styles.kid}>{kid}</code>
                    <Muted as="span">{crv}</Muted>
                  </li>
                ))}
              </ul>
              <span>
                <Button
                  size="small"
                  variant="secondary"
                  onClick={() => {
                    download(
                      "consent-keys.json",
                      JSON.stringify(found, null, 2),
                      "application/json",
                    );
                  }}
                >
                  {say("privacy.keys.download")}
                </Button>
              </span>
            </div>
          )
        }
      </Answered>
    </Card>
  );
}
