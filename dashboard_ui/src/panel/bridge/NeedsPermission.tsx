// What needs a permission that the app may not have yet: said so, with the way to grant it.

import { actions } from "@saleor/app-sdk/app-bridge";
import type { ReactNode } from "react";

import { useAppPermissions } from "../api/permissions";
import { Answered } from "../parts/Answered";
import { Notice } from "../parts/Notice";
import { useMay } from "./may";
import type { Permission } from "./permissions";
import { usePlace } from "./place";
import { useShop } from "./shop";
import { say } from "../words/say";

/** Opens the Dashboard's page on which an admin grants it; from there they come back to the place `backTo`. */
export function useRequestPermission(): (permission: Permission, backTo: string) => void {
  const { bridge } = useShop();
  return (permission, backTo) => {
    // The Dashboard puts a slash before it.
    const path = backTo.replace(/^\//, "") || "settings";
    bridge.dispatch(actions.RequestPermissions([permission], path)).catch(() => undefined);
  };
}

interface Props {
  permission: Permission;
  /** What is waiting for it, as the object of a sentence: "whose gift card this is". */
  what: string;
  children: ReactNode;
}

export function Lacking({ permission, what }: Omit<Props, "children">) {
  const mayGrant = useMay("MANAGE_APPS");
  const request = useRequestPermission();
  const { path } = usePlace();
  // A widget has no page of its own to come back to.
  const backTo = /^\/(widgets|popups)\//.test(path) ? "/settings" : path;
  return (
    <Notice
      tone="info"
      title={say(`bridge.lacks.${permission}`)}
      action={
        mayGrant
          ? {
              label: say("bridge.grant"),
              run: () => {
                request(permission, backTo);
              },
            }
          : undefined
      }
    >
      {[
        say("bridge.needs", { what }),
        say(`bridge.use.${permission}`),
        say(mayGrant ? "bridge.grant.back" : "bridge.grant.other"),
      ].join(" ")}
    </Notice>
  );
}

export function NeedsPermission({ permission, what, children }: Props) {
  return (
    <Answered question={useAppPermissions(permission)} loading={say("bridge.looking")} lines={2}>
      {(permissions) =>
        permissions.includes(permission) ? (
          <>{children}</>
        ) : (
          <Lacking permission={permission} what={what} />
        )
      }
    </Answered>
  );
}
