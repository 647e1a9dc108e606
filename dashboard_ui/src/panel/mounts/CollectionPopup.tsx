// On a collection: nothing is known by collection yet, and the way to what is known by category.

import { Empty } from "../parts/Empty";
import { PlaceLink } from "../parts/PlaceLink";
import { About } from "./About";
import { CATALOG } from "./place";

export function CollectionPopup() {
  return (
    <About params={["collectionId"]} of="collection" title="Influence">
      {() => (
        <Empty title="Nothing by collection yet">
          Who leads others is known by category. <PlaceLink to={CATALOG}>Who leads where</PlaceLink>
        </Empty>
      )}
    </About>
  );
}
