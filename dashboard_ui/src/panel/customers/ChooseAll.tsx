// Ticks everybody of the list, unless the list is of those who stand low: nobody is picked for that.

import { type Asked, MOST_PICKED, type Sort, useIdsOf } from "../api/customerLists";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { picksLow } from "./filters";
import { say } from "../words/say";

interface Props {
  asked: Asked;
  sort: Sort;
  total: number;
  isExact: boolean;
  onChoose: (ids: readonly string[]) => void;
}

export function ChooseAll({ asked, sort, total, isExact, onChoose }: Props) {
  const { format } = useShop();
  const finding = useIdsOf();
  if (picksLow(asked)) {
    return <Muted>{say("customers.choose.verdict")}</Muted>;
  }
  const isAll = isExact && total <= MOST_PICKED;
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        disabled={finding.isPending}
        onClick={() => {
          finding.mutate({ ...asked, sort }, { onSuccess: onChoose });
        }}
      >
        {isAll
          ? say("customers.choose.all", { count: format.count(total) })
          : say("customers.choose.first", { count: format.count(MOST_PICKED) })}
      </Button>
      {finding.isError && <TroubleNotice trouble={finding.error} />}
    </>
  );
}
