import type { App } from "../app";
import { typed } from "../dom";
import { askForLink, signIn } from "../visit";
import { Submit } from "./Button";
import { Title } from "./Gate";
import { Note } from "./Note";

/** Return the address of the same shop's other page. */
function other(from: string, to: string): string {
  return location.pathname.replace(new RegExp(`${from}$`), to) + location.search;
}

export function SignIn({ app }: { app: App }) {
  const { words, why } = app;
  const submit = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const password = form.elements.namedItem("password") as HTMLInputElement;
    void signIn(app, typed(form, "email"), password.value);
    password.value = "";
  };
  return (
    <>
      <Title app={app} />
      <form class="card" aria-labelledby="signin" onSubmit={submit}>
        <h2 id="signin">{words.t("signin.title")}</h2>
        {why && <p class="note">{words.known(`gate.${why}`, "")}</p>}
        <p id="signin-about">{words.t("signin.about")}</p>
        <label htmlFor="email">{words.t("signin.email")}</label>
        <input id="email" name="email" type="email" autocomplete="username" required />
        <label htmlFor="password">{words.t("signin.password")}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby="signin-about"
        />
        <Note app={app} where="signin" />
        <Submit id="signin-go" look="main" busy={app.busy}>
          {words.t("signin.go")}
        </Submit>
      </form>
      <p>
        <a id="to-guest" href={other("/shopper", "/shopper/guest")}>
          {words.t("guest.link")}
        </a>
      </p>
    </>
  );
}

/** Somebody who ordered without an account asks for the link to their page. */
export function AskForLink({ app }: { app: App }) {
  const { words } = app;
  const submit = (event: Event) => {
    event.preventDefault();
    void askForLink(app, typed(event.currentTarget as HTMLFormElement, "email"));
  };
  return (
    <>
      <Title app={app} />
      <form class="card" aria-labelledby="ask" onSubmit={submit}>
        <h2 id="ask">{words.t("guest.title")}</h2>
        {app.why && <p class="note">{words.t("guest.ended")}</p>}
        <p id="ask-about">{words.t("guest.about")}</p>
        <label htmlFor="email">{words.t("signin.email")}</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="email"
          required
          maxLength={320}
          aria-describedby="ask-about"
        />
        <Note app={app} where="ask" />
        <Submit id="ask-go" look="main" busy={app.busy}>
          {words.t("guest.go")}
        </Submit>
      </form>
      <p>
        <a id="to-account" href={other("/shopper/guest", "/shopper")}>
          {words.t("guest.account")}
        </a>
      </p>
    </>
  );
}
