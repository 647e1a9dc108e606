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
import { ANSWERS } from "./words";

interface Props {
  task: OutreachTask;
  title: string;
  brief: string;
  person: Person | undefined;
}

function Status({ task }: { task: OutreachTask }) {
  const { format } = useShop();
  const said = ANSWERS.find(([key]) => key === task.answer)?.[1];
  return (
    <Muted>
      {task.done_at === null
        ? `Due on ${format.day(task.due_at)}`
        : `Done on ${format.day(task.done_at)}`}
      {task.state !== "suggested" && (task.is_mine ? ", yours" : ", a colleague's")}
      {said !== undefined && `. ${said}.`}
    </Muted>
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
      {task.note !== null && <p className="note-words">{task.note}</p>}
      {task.draft_id !== null && (
        <Muted>
          Draft at full discount: <OrderLink orderId={task.draft_id} number={null} />
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
            Take it
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
            {task.state === "done" ? "They answered" : "Done"}
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
          Worth saying
        </Button>
        {task.state === "assigned" && (
          <Confirm
            label="Give it back"
            question="Put it back on the board, for anybody to take?"
            yes="Give back"
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
