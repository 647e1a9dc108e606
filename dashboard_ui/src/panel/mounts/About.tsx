// The frame of what is about one object of the Dashboard, as a widget on its page or as a popup over it.

import type { ReactNode } from "react";

import { useShop } from "../bridge/shop";
import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";
import { Widget } from "../parts/Widget";
import { say } from "../words/say";

/** What the Dashboard has pages of. */
type Kind =
  | "order"
  | "draft-order"
  | "customer"
  | "product"
  | "gift-card"
  | "voucher"
  | "category"
  | "collection";

interface Props {
  /** Parameters of the frame that may name the object, the first one first. */
  params: readonly string[];
  of: Kind;
  /** The popup's title; a widget has none of its own. */
  title?: string;
  /** A popup that needs its whole width. */
  wide?: boolean;
  children: (id: string) => ReactNode;
}

export function About({ params, of, title, wide = false, children }: Props) {
  const given = useShop().params;
  const id = params.map((name) => given.get(name)).find(Boolean);
  const shown = id ? (
    children(id)
  ) : (
    <Empty title={say(`mounts.none.${of}`)}>{say(`mounts.open.${of}`)}</Empty>
  );
  if (title === undefined) return <Widget>{shown}</Widget>;
  return (
    <Page title={title} narrow={!wide}>
      {shown}
    </Page>
  );
}
