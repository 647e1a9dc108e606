// What the app may do in Saleor beyond what it was installed with: granted step by step.

import { useAppPermissions } from "../api/permissions";
import { useMay } from "../bridge/may";
import { useRequestPermission } from "../bridge/NeedsPermission";
import { ALL } from "../bridge/permissions";
import { sentenceCase } from "../format/format";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { say } from "../words/say";

export function PermissionsCard() {
  const mayGrant = useMay("MANAGE_APPS");
  const request = useRequestPermission();
  const question = useAppPermissions(...ALL);
  return (
    <Card title={say("settings.may")}>
      <Answered question={question} loading={say("bridge.looking")} lines={4}>
        {(granted) => (
          <ul className="rows">
            {ALL.map((permission) => (
              <li key={permission} className="row">
                <div>
                  <p>{sentenceCase(say(`bridge.may.${permission}`))}</p>
                  <Muted>{say(`bridge.use.${permission}`)}</Muted>
                </div>
                <span>
                  {granted.includes(permission) ? (
                    <Chip tone="success">{say("settings.may.granted")}</Chip>
                  ) : mayGrant ? (
                    <Button
                      size="small"
                      variant="secondary"
                      aria-label={say("settings.may.grant.of", {
                        what: say(`bridge.may.${permission}`),
                      })}
                      onClick={() => {
                        request(permission, "/settings");
                      }}
                    >
                      {say("settings.may.grant")}
                    </Button>
                  ) : (
                    <Chip>{say("settings.may.granted.not")}</Chip>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Card>
  );
}
