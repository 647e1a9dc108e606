// Everything that happened with a customer, newest first, of all kinds or one.

import {
  Activity,
  Gift,
  type LucideIcon,
  MessageCircle,
  RefreshCw,
  ShieldCheck,
  ShoppingCart,
  Users,
} from "lucide-react";
import { useState } from "react";

import { type TimelineEntry, type TimelineKind, useTimeline } from "../api/customerPage";
import { usePeople } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { nameOf } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { useNetworks } from "../profiles/networks";
import css from "./Timeline.module.css";
import { entryWords, KINDS } from "./timelineWords";
import { say } from "../words/say";

const ICONS: Record<TimelineKind, LucideIcon> = {
  order: ShoppingCart,
  credit: Users,
  perk: Gift,
  contact: MessageCircle,
  run: Activity,
  consent: ShieldCheck,
  saleor: RefreshCw,
};
const ALL = "all";

function Entry({ entry, name }: { entry: TimelineEntry; name: (id: string | null) => string }) {
  const { format } = useShop();
  const { networkName } = useNetworks();
  const Icon = ICONS[entry.kind];
  const number = entry.kind === "order" || entry.kind === "credit" ? entry.number : null;
  const order = "order_id" in entry ? entry.order_id : null;
  return (
    <li className={css.entry}>
      <Icon aria-hidden size={16} />
      <span className={css.words}>
        {entryWords(entry, { format, name, network: networkName })}{" "}
        {order !== null && <OrderLink orderId={order} number={number} />}
      </span>
      <time className="muted figure" dateTime={entry.at} title={format.moment(entry.at)}>
        {format.day(entry.at)}
      </time>
    </li>
  );
}

function Entries({ entries }: { entries: readonly TimelineEntry[] }) {
  const others = entries.flatMap((one) => (one.kind === "credit" ? (one.other_id ?? []) : []));
  const people = usePeople([...new Set(others)]);
  const name = (id: string | null) =>
    id === null ? say("parts.guest") : nameOf(people.data?.get(id), id);
  if (entries.length === 0) return <Empty title={say("record.happened.none")} />;
  return (
    <ul className={css.entries} aria-label={say("record.happened.label")}>
      {entries.map((entry) => (
        <Entry key={entry.id} {...{ entry, name }} />
      ))}
    </ul>
  );
}

export function TimelineCard({ customerId }: { customerId: string }) {
  const [kind, setKind] = useState<TimelineKind | null>(null);
  const question = useTimeline(customerId, kind);
  const withheld = question.data?.pages[0]?.withheld ?? [];
  const offered = KINDS.filter((one) => !withheld.includes(one));
  return (
    <Card title={say("record.happened")}>
      <Choice
        label={say("record.happened.show")}
        options={[
          [ALL, say("record.happened.all")],
          ...offered.map((one): [string, string] => [one, say(`record.kind.${one}`)]),
        ]}
        value={kind ?? ALL}
        onChoose={(chosen) => {
          setKind(KINDS.find((one) => one === chosen) ?? null);
        }}
      />
      <Answered question={question} loading={say("record.happened.loading")} lines={6}>
        {({ pages }) => <Entries entries={pages.flatMap(({ entries }) => entries)} />}
      </Answered>
      {withheld.length > 0 && <Muted>{say("record.happened.withheld")}</Muted>}
      {question.hasNextPage && (
        <div>
          <Button
            size="small"
            variant="secondary"
            disabled={question.isFetchingNextPage}
            onClick={() => void question.fetchNextPage()}
          >
            {say("record.happened.older")}
          </Button>
        </div>
      )}
    </Card>
  );
}
