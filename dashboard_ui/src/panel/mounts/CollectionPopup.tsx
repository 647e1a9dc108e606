// On a collection: nothing is known by collection yet, and the way to what is known by category.

import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";
import { About } from "./About";
import { CATALOG } from "./place";

export function CollectionPopup() {
  return (
    <About params={["collectionId"]} of="collection" title={say("parts.places")}>
      {() => (
        <Empty title={say("mounts.collection.none")}>
          {say("mounts.collection.how")} <PlaceLink to={CATALOG}>{say("mounts.catalog")}</PlaceLink>
        </Empty>
      )}
    </About>
  );
}
