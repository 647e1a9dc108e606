// What customers say is wrong about them, and the answers of staff.

import { useRef, useState } from "react";

import { useContests } from "../api/profiles";
import { usePeople } from "../api/questions";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { isGuest } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { ContestRow } from "./ContestRow";
import { say } from "../words/say";

const SHOWN = 5;
const WHICH = ["open", "all"] as const;

export function ContestsCard() {
  const [which, setWhich] = useState<"open" | "all">("open");
  const [answered, setAnswered] = useState(false);
  const said = useRef<HTMLParagraphElement>(null);
  const [page, turn] = usePage(SHOWN, which);
  const question = useContests(which === "open");
  const found = question.data ?? [];
  // One who was answered may have been alone on the last page.
  const offset = page.offset < found.length ? page.offset : 0;
  const shown = found.slice(offset, offset + SHOWN);
  const ids = shown.flatMap((one) => [one.customer_id, one.other_id ?? one.customer_id]);
  const people = usePeople([...new Set(ids)].filter((id) => !isGuest(id)));
  return (
    <Card title={say("profiles.wrong")}>
      <Muted>{say("profiles.wrong.what")}</Muted>
      <div className="choices">
        <Choice
          label={say("profiles.wrong.which")}
          options={WHICH.map((one) => [one, say(`profiles.wrong.which.${one}`)] as const)}
          value={which}
          onChoose={setWhich}
        />
      </div>
      {/* The box that was sent goes away, so the focus comes here. */}
      <p ref={said} className="muted" role="status" tabIndex={-1}>
        {answered && say("profiles.wrong.answered")}
      </p>
      <Answered question={question} loading={say("profiles.wrong.loading")} lines={3}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={say(`profiles.wrong.none.${which}`)} />
          ) : (
            <>
              <ul className="rows">
                {shown.map((contest) => (
                  <ContestRow
                    key={contest.id}
                    contest={contest}
                    people={people.data}
                    onAnswered={() => {
                      setAnswered(true);
                      said.current?.focus();
                    }}
                  />
                ))}
              </ul>
              <Paging
                page={{ limit: SHOWN, offset }}
                total={all.length}
                of={say("profiles.wrong.of")}
                onTurn={turn}
              />
            </>
          )
        }
      </Answered>
    </Card>
  );
}
