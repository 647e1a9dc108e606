// The frame of what is about one object of the Dashboard, as a widget on its page or as a popup over it.

import type { ReactNode } from "react";

import { useShop } from "../bridge/shop";
import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";
import { Widget } from "../parts/Widget";

interface Props {
  /** Parameters of the frame that may name the object, the first one first. */
  params: readonly string[];
  /** What the object is called: "order". */
  of: string;
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
    <Empty title={`No ${of}`}>Open this from a {of}&apos;s page.</Empty>
  );
  if (title === undefined) return <Widget>{shown}</Widget>;
  return (
    <Page title={title} narrow={!wide}>
      {shown}
    </Page>
  );
}
