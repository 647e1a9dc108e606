// A task: for whom, until when, whose, and what can be done with it now.

import { useState } from "react";

import { type OutreachTask, useGiveTaskBack, useTakeTask } from "../api/outreach";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { CustomerLink } from "../parts/CustomerLink";
import { OrderLink } from "../parts/DashboardLink";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { FinishForm } from "./FinishForm";
import { WorthSaying } from "./WorthSaying";
import { say } from "../words/say";
import css from "./outreach.module.css";

interface Props {
  task: OutreachTask;
  title: string;
  brief: string;
  person: Person | undefined;
}

function Status({ task }: { task: OutreachTask }) {
  const { format } = useShop();
  const { done_at: done, answer } = task;
  const whose = task.state === "suggested" ? "any" : task.is_mine ? "mine" : "other";
  const stands =
    done === null
      ? say(`outreach.due.on.${whose}`, { day: format.day(task.due_at) })
      : say(`outreach.done.on.${whose}`, { day: format.day(done) });
  return (
    <Muted>{answer === null ? stands : `${stands}. ${say(`outreach.answer.${answer}`)}.`}</Muted>
  );
}

export function OutreachRow({ task, title, brief, person }: Props) {
  const [open, setOpen] = useState<"facts" | "finish" | null>(null);
  const taking = useTakeTask();
  const givingBack = useGiveTaskBack();
  const turn = (part: "facts" | "finish") => {
    setOpen(open === part ? null : part);
  };
  return (
    <li className="row row-stack">
      <CustomerLink customerId={task.customer_id} person={person} />
      <Status task={task} />
      {task.note !== null && <p className={css["note-words"]}>{task.note}</p>}
      {task.draft_id !== null && (
        <Muted>
          {say("outreach.draft")} <OrderLink orderId={task.draft_id} number={null} />
        </Muted>
      )}
      <span className="line line-wrap">
        {task.state === "suggested" && (
          <Button
            size="small"
            disabled={taking.isPending}
            onClick={() => {
              taking.mutate(task.id);
            }}
          >
            {say("outreach.take")}
          </Button>
        )}
        {task.is_mine && task.state !== "answered" && (
          <Button
            size="small"
            variant="secondary"
            aria-expanded={open === "finish"}
            onClick={() => {
              turn("finish");
            }}
          >
            {say(task.state === "done" ? "outreach.answered" : "outreach.done")}
          </Button>
        )}
        <Button
          size="small"
          variant="secondary"
          aria-expanded={open === "facts"}
          onClick={() => {
            turn("facts");
          }}
        >
          {say("outreach.facts")}
        </Button>
        {task.state === "assigned" && (
          <Confirm
            label={say("outreach.back")}
            question={say("outreach.back.sure")}
            yes={say("outreach.back.yes")}
            busy={givingBack.isPending}
            onYes={() => {
              givingBack.mutate(task.id);
            }}
          />
        )}
      </span>
      {open === "facts" && <WorthSaying task={task} title={title} brief={brief} person={person} />}
      {open === "finish" && (
        <FinishForm
          task={task}
          onDone={() => {
            setOpen(null);
          }}
        />
      )}
      {taking.isError && <TroubleNotice trouble={taking.error} />}
      {givingBack.isError && <TroubleNotice trouble={givingBack.error} />}
    </li>
  );
}
