import type { App } from "../app";
import { Button } from "./Button";

interface Props {
  app: App;
  where: string;
  text: string;
  yes: string;
  onYes: () => void;
}

/** A question in place of a dialogue: what happens, and the two answers. */
export function Really({ app, where, text, yes, onYes }: Props) {
  const no = () => {
    app.ask(null);
  };
  return (
    // Escape is a shortcut for the second button.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      class="really"
      role="group"
      aria-labelledby={`${where}-really`}
      onKeyDown={(event) => {
        if (event.key === "Escape") no();
      }}
    >
      <p id={`${where}-really`}>{text}</p>
      <div class="buttons">
        <Button id={`${where}-yes`} look="grave" busy={app.busy} onClick={onYes}>
          {yes}
        </Button>
        <Button id={`${where}-no`} onClick={no}>
          {app.words.t("keep")}
        </Button>
      </div>
    </div>
  );
}
