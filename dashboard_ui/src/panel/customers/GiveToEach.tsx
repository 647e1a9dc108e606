// Gives the customers that were ticked in a list the perk of a running programme.

import { useState } from "react";

import { MOST_PICKED, useGivePerkToEach } from "../api/customerLists";
import { type Programme, usePerks } from "../api/perks";
import { usePeople } from "../api/questions";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { Section } from "../parts/Section";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

const MOST = MOST_PICKED;
const SHOWN = 100;
/** Of a longer list the first are named. */
const NAMED = 25;

interface Props {
  ids: readonly string[];
}

function Chosen({ ids, running }: Props & { running: readonly Programme[] }) {
  const [id, setId] = useState(running[0]?.id ?? 0);
  const looking = useGivePerkToEach();
  const giving = useGivePerkToEach();
  const people = usePeople(ids.slice(0, NAMED));
  const asked = ids.slice(0, MOST);
  const answers = giving.data ?? looking.data;
  const able = (answers ?? []).filter((one) => one.refusal === null);
  const isOne = ids.length === 1;
  return (
    <div className="stack">
      <Choice
        label={say("picked.programme")}
        options={running.map(({ id: one, title, summary }): [string, string] => [
          String(one),
          say("picked.programme.option", { title, summary }),
        ])}
        value={String(id)}
        onChoose={(chosen) => {
          setId(Number(chosen));
          looking.reset();
          giving.reset();
        }}
      />
      {answers !== undefined && (
        <ul className="rows" aria-label={say("picked.who")}>
          {answers.slice(0, NAMED).map(({ customer_id: one, text }) => (
            <li key={one} className="row">
              <span>{nameOf(people.data?.get(one), one)}</span>
              <Muted>{text ?? say(giving.isSuccess ? "picked.given" : "picked.would")}</Muted>
            </li>
          ))}
        </ul>
      )}
      {answers !== undefined && answers.length > NAMED && (
        <Muted>
          {say("picked.more", {
            more: answers.length - NAMED,
            able: able.length,
            all: answers.length,
          })}
        </Muted>
      )}
      {looking.isError && <TroubleNotice trouble={looking.error} />}
      {giving.isError && <TroubleNotice trouble={giving.error} />}
      {ids.length > MOST && <Muted>{say("picked.most", { count: MOST })}</Muted>}
      {giving.isSuccess ? (
        <p role="status">
          {isOne ? say("picked.done") : say("picked.done.each", { count: able.length })}
        </p>
      ) : (
        <span className="line">
          <Button
            size="small"
            variant="secondary"
            disabled={looking.isPending}
            onClick={() => {
              looking.mutate({ id, ids: asked, onlyLook: true });
            }}
          >
            {say(isOne ? "picked.look" : "picked.look.each")}
          </Button>
          {looking.isSuccess && able.length > 0 && (
            <Button
              size="small"
              variant="primary"
              disabled={giving.isPending}
              onClick={() => {
                giving.mutate({ id, ids: able.map((one) => one.customer_id), onlyLook: false });
              }}
            >
              {isOne ? say("picked.yes") : say("picked.yes.each", { count: able.length })}
            </Button>
          )}
        </span>
      )}
    </div>
  );
}

export function GiveToEach({ ids, title }: Props & { title?: string }) {
  const question = usePerks({ limit: SHOWN, offset: 0 });
  return (
    <Section title={title ?? say("picked.give")}>
      <Answered question={question} loading={say("picked.give.loading")} lines={2}>
        {({ programmes }) => {
          const running = programmes.filter((one) => one.state === "running");
          return running.length === 0 ? (
            <Muted>{say("picked.give.none")}</Muted>
          ) : (
            <Chosen ids={ids} running={running} />
          );
        }}
      </Answered>
    </Section>
  );
}
