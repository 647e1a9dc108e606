// The public keys by which an auditor or a shopper checks receipts of consents.

import { useConsentKeys } from "../api/privacy";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { download } from "../parts/download";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import styles from "./KeysCard.module.css";

export function KeysCard() {
  return (
    <Card title="Keys of receipts">
      <Muted>
        Receipts of consents and the states of their ledger are signed. Whoever checks them needs
        these public keys; they are no secret.
      </Muted>
      <Answered question={useConsentKeys()} loading="Loading the keys" lines={2}>
        {(found) =>
          found.keys.length === 0 ? (
            <Empty title="No key yet">The first receipt makes one.</Empty>
          ) : (
            <div className="stack-small">
              <ul className="rows" aria-label="Keys">
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
                  Download the keys
                </Button>
              </span>
            </div>
          )
        }
      </Answered>
    </Card>
  );
}
