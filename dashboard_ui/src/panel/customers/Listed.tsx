// The list itself: its rows page by page, and what is done for those who are ticked.

import { useState } from "react";

import { useCustomers, useOverview, usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
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
import { say } from "../words/say";

const SHOWN = 25;

interface Props {
  list: List;
  names: Names;
  /** Whom Saleor found; null: nobody was searched for. */
  found: readonly Person[] | null;
}

export function Listed({ list, names, found }: Props) {
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
      <Answered question={question} loading={say("picked.loading")} lines={8}>
        {({ customers, total, total_is_exact: isExact, next }) => (
          <>
            <div className={styles.tools}>
              <p className={styles.count} role="status">
                {say(isExact ? "parts.customers" : "customers.total.more", { count: total })}
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
              of={say("customers.of")}
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
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </>
  );
}

function Nobody({ isAsked }: { isAsked: boolean }) {
  return isAsked ? (
    <Empty title={say("customers.nobody")}>{say("customers.nobody.how")}</Empty>
  ) : (
    <Empty title={say("customers.empty")}>{say("customers.empty.when")}</Empty>
  );
}
