// What can be done with a trial: start, discard or stop it, and take its letters along.

import {
  type Trial,
  useDiscardTrial,
  useLettersAsCsv,
  useStartTrial,
  useStopTrial,
} from "../api/trials";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { download } from "../parts/download";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

export function TrialActions({ trial, mayChange }: { trial: Trial; mayChange: boolean }) {
  const [start, discard, stop] = [useStartTrial(), useDiscardTrial(), useStopTrial()];
  const csv = useLettersAsCsv();
  const { id, state } = trial;
  const isPlan = state === "planned" || state === "refused" || state === "planning";
  const trouble = [start, discard, stop, csv].find(({ isError }) => isError)?.error;
  return (
    <div className="line">
      {mayChange && state === "planned" && (
        <Confirm
          label={say("trials.start")}
          question={say("trials.start.sure")}
          yes={say("trials.start.yes")}
          busy={start.isPending}
          onYes={() => {
            start.mutate(id);
          }}
        />
      )}
      {mayChange && isPlan && (
        <Button
          size="small"
          variant="tertiary"
          disabled={discard.isPending}
          onClick={() => {
            discard.mutate(id);
          }}
        >
          {say("trials.discard")}
        </Button>
      )}
      {state === "running" && trial.things !== null && (
        <Button
          size="small"
          variant="secondary"
          disabled={csv.isPending}
          onClick={() => {
            csv.mutate(id, {
              onSuccess: (text) => {
                download(`letters-${String(id)}.csv`, text, "text/csv");
              },
            });
          }}
        >
          {say("trials.download")}
        </Button>
      )}
      {mayChange && state === "running" && (
        <Confirm
          label={say("trials.stop")}
          question={say("trials.stop.sure")}
          yes={say("trials.stop")}
          busy={stop.isPending}
          onYes={() => {
            stop.mutate(id);
          }}
        />
      )}
      {trouble && <TroubleNotice trouble={trouble} />}
    </div>
  );
}
