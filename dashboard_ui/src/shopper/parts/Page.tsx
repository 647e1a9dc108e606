// The page's frame, and in it what is to be seen now.

import type { App } from "../app";
import { speak } from "../visit";
import { LANGUAGES, languageName } from "../words";
import { Button } from "./Button";
import { Gate, Loading } from "./Gate";
import { Main } from "./Main";
import { AskForLink, SignIn } from "./SignIn";

export function Page({ app }: { app: App }) {
  const { words, place } = app;
  const { session } = place;
  return (
    <>
      <header class="head">
        <nav class="languages" aria-label={words.t("languages")}>
          {LANGUAGES.map((code) => (
            <button
              key={code}
              type="button"
              id={`speak-${code}`}
              lang={code}
              aria-pressed={code === words.language}
              onClick={() => {
                void speak(app, code);
              }}
            >
              {languageName(code)}
            </button>
          ))}
        </nav>
        {session.kind !== "embedded" && session.token && (
          <Button
            id="sign-out"
            look="plain"
            onClick={() => {
              app.signedOut();
            }}
          >
            {words.t("signout")}
          </Button>
        )}
      </header>
      <main aria-busy={app.view === "loading" || app.busy}>
        <Inner app={app} />
      </main>
    </>
  );
}

function Inner({ app }: { app: App }) {
  const { about, statement, words } = app;
  if (app.view === "page" && about && statement)
    return <Main app={app} words={words} about={about} statement={statement} />;
  if (app.view === "sign-in") return <SignIn app={app} />;
  if (app.view === "ask") return <AskForLink app={app} />;
  if (app.view === "gate" || app.view === "wait") return <Gate app={app} />;
  return <Loading app={app} />;
}
