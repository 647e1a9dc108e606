// An address that is none of the panel's.

import { AppPage } from "../parts/AppPage";
import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

export function Nowhere() {
  return (
    <AppPage title={say("mounts.nowhere")}>
      <Empty title={say("mounts.nowhere.why")}>
        <PlaceLink to="/">{say("mounts.nowhere.go")}</PlaceLink>
      </Empty>
    </AppPage>
  );
}
