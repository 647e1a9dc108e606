// The list itself: its rows page by page, and what is done for those who are ticked.

import { useState } from "react";

import { useCustomers, useOverview, usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { CursorPaging, useCursors } from "../parts/CursorPaging";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { ChooseAll } from "./ChooseAll";
import { shownColumns } from "./columns";
import { CustomersTable } from "./CustomersTable";
import { chosen, type Names } from "./filters";
import styles from "./Filters.module.css";
import type { List } from "./list";
import { MakeSegment } from "./MakeSegment";
import { NotListed } from "./NotListed";
import { Picked } from "./Picked";

const SHOWN = 25;

interface Props {
  list: List;
  names: Names;
  /** Whom Saleor found; null: nobody was searched for. */
  found: readonly Person[] | null;
}

export function Listed({ list, names, found }: Props) {
  const { format } = useShop();
  const { asked, sort } = list;
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const about = JSON.stringify([asked, sort, found?.map(({ id }) => id)]);
  const trail = useCursors(SHOWN, about);
  const runId = useOverview().data?.last_done?.id;
  const among = found === null ? {} : { customer_id: found.map(({ id }) => id) };
  const question = useCustomers({ ...asked, sort, ...among, ...trail.page }, runId);
  const rows = question.data?.customers ?? [];
  const people = usePeople(rows.map((row) => row.customer_id));
  const hasFilters = chosen(asked).length > 0;
  const tick = (ids: readonly string[], isTicked: boolean) => {
    const others = ticked.filter((id) => !ids.includes(id));
    setTicked(isTicked ? [...others, ...ids] : others);
  };
  return (
    <>
      <Answered question={question} loading="Loading the customers" lines={8}>
        {({ customers, total, total_is_exact: isExact, next }) => (
          <>
            <div className={styles.tools}>
              <p className={styles.count} role="status">
                {isExact ? "" : "More than "}
                {format.count(total)} {total === 1 ? "customer" : "customers"}
              </p>
              {total > 0 && found === null && (
                <ChooseAll {...{ asked, sort, total, isExact }} onChoose={setTicked} />
              )}
              <MakeSegment {...{ asked, names }} />
            </div>
            {ticked.length > 0 && (
              <Picked
                ids={ticked}
                onClear={() => {
                  setTicked([]);
                }}
              />
            )}
            {customers.length === 0 ? (
              <Nobody isAsked={hasFilters || found !== null} />
            ) : (
              <CustomersTable
                {...{ customers }}
                columns={shownColumns(list.columns, sort)}
                first={trail.cursors.length * SHOWN + 1}
                people={people.data}
                titles={names.segments}
                ticked={new Set(ticked)}
                onTick={tick}
                isOld={question.isPlaceholderData}
              />
            )}
            <CursorPaging
              {...{ trail, next, total, isExact }}
              shown={customers.length}
              of="customers"
            />
          </>
        )}
      </Answered>
      {found !== null && question.isSuccess && !question.isPlaceholderData && (
        <NotListed
          people={found.filter(({ id }) => !rows.some((row) => row.customer_id === id))}
          hasFilters={hasFilters}
        />
      )}
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </>
  );
}

function Nobody({ isAsked }: { isAsked: boolean }) {
  return isAsked ? (
    <Empty title="Nobody is in this list">
      Take off a filter, or search for something else. Values change with every run.
    </Empty>
  ) : (
    <Empty title="No values yet">They appear here after the first run.</Empty>
  );
}
