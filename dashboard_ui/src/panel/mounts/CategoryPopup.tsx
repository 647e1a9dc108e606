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
import { say } from "../words/say";
import { About } from "./About";

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
    <Answered question={question} loading={say("mounts.category.loading")} lines={4}>
      {({ size, sample }) =>
        size === 0 ? (
          <Empty title={say("mounts.category.none")}>{say("mounts.category.none.why")}</Empty>
        ) : (
          <div className="stack">
            <p role="status">{say("mounts.category.people", { count: size })}</p>
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
              <Muted>{say("mounts.category.first", { count: format.count(sample.length) })}</Muted>
            )}
            {mayChange && (
              <PlaceLink to={categoryPlace(categoryId)}>{say("mounts.category.segment")}</PlaceLink>
            )}
          </div>
        )
      }
    </Answered>
  );
}

export function CategoryPopup() {
  return (
    <About params={["categoryId"]} of="category" title={say("mounts.category.title")}>
      {(categoryId) => <Category categoryId={categoryId} />}
    </About>
  );
}
