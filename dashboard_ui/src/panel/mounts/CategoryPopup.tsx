// On a category: which customers others follow in it, and the way to a segment of them.

import { type SegmentDefinition, useSegmentPreview } from "../api/segments";
import { usePeople } from "../api/questions";
import { evidencePlace } from "../bridge/place";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { categoryPlace } from "../segments/place";
import { About } from "./About";
import { say } from "../words/say";

function leadersIn(categoryId: string): SegmentDefinition {
  return {
    name: "leaders-of-a-category",
    title: "Leaders",
    description: "",
    conditions: [
      {
        column: "category_verdict",
        operator: ">=",
        threshold: "leads",
        exit_threshold: null,
        about: categoryId,
        about_name: "this category",
      },
    ],
    max_share: 1,
    needs: null,
    order_by: "influenced",
  };
}

export function Category({ categoryId }: { categoryId: string }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_APPS");
  const question = useSegmentPreview(leadersIn(categoryId));
  const people = usePeople((question.data?.sample ?? []).map((one) => one.customer_id));
  return (
    <Answered question={question} loading="Looking who leads others here" lines={4}>
      {({ size, sample }) =>
        size === 0 ? (
          <Empty title="Nobody leads others in this category">
            Verdicts are given in the categories in which enough purchases followed one another;
            with every run there may be more.
          </Empty>
        ) : (
          <div className="stack">
            <p role="status">
              {say("parts.customers", { count: size })}: others buy here after them more often than
              chance explains.
            </p>
            <ul className="rows">
              {sample.map(({ customer_id: id, reason }) => (
                <li key={id} className="row">
                  <div>
                    <PlaceLink to={evidencePlace(id)}>{nameOf(people.data?.get(id), id)}</PlaceLink>
                    <Muted>{reason}</Muted>
                  </div>
                </li>
              ))}
            </ul>
            {sample.length < size && (
              <Muted>The first {format.count(sample.length)} are shown.</Muted>
            )}
            {mayChange && (
              <PlaceLink to={categoryPlace(categoryId)}>Make a segment of them</PlaceLink>
            )}
          </div>
        )
      }
    </Answered>
  );
}

export function CategoryPopup() {
  return (
    <About params={["categoryId"]} of="category" title="Who leads others here">
      {(categoryId) => <Category categoryId={categoryId} />}
    </About>
  );
}
