// All customers, or some: searched for, filtered, saved as a view, written into a file.

import { usePeopleFound } from "../api/found";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { AddFilter } from "./AddFilter";
import { ColumnsField } from "./ColumnsField";
import { ExportCard } from "./ExportCard";
import { FilterChips } from "./FilterChips";
import type { Names } from "./filters";
import styles from "./Filters.module.css";
import { type List, SORTS, useList } from "./list";
import { Listed } from "./Listed";
import { SearchField } from "./SearchField";
import { useNames } from "./useNames";
import { Views } from "./Views";
import { say } from "../words/say";

function Searched({ list, names }: { list: List; names: Names }) {
  return (
    <Answered question={usePeopleFound(list.words)} loading={say("customers.searching")} lines={3}>
      {(found) =>
        found.length === 0 ? (
          <Empty title={say("customers.unknown")}>{say("customers.unknown.how")}</Empty>
        ) : (
          <Listed {...{ list, names, found }} />
        )
      }
    </Answered>
  );
}

export function CustomersPage() {
  const { list, change, open } = useList();
  const names = useNames();
  const { asked, sort, words } = list;
  const onChange = (wanted: List["asked"]) => {
    change({ asked: wanted });
  };
  return (
    <AppPage title={say("parts.place.customers")} subtitle={<Muted>{say("customers.what")}</Muted>}>
      <div className={styles.top}>
        <SearchField
          key={words}
          words={words}
          onSearch={(searched) => {
            change({ words: searched });
          }}
        />
        <Views onOpen={open} />
      </div>
      <div className={styles.add}>
        <Choice
          label={say("customers.sorted")}
          options={SORTS.map(([by, word]) => [by, say(word)] as const)}
          value={sort}
          onChoose={(chosen) => {
            change({ sort: chosen });
          }}
        />
        <AddFilter {...{ asked, names, onChange }} />
      </div>
      <FilterChips {...{ asked, names, onChange }} />
      <ColumnsField
        list={list}
        onChange={(wanted) => {
          change({ columns: wanted });
        }}
      />
      {words === "" ? (
        <Listed key={JSON.stringify(asked)} {...{ list, names }} found={null} />
      ) : (
        <Searched key={words} {...{ list, names }} />
      )}
      <ExportCard {...{ asked, sort, names }} />
    </AppPage>
  );
}
