// The papers for a data protection officer, as the confirmed settings write them now.

import { useState } from "react";

import { type PaperKind, type PaperLanguage, usePaper } from "../api/privacy";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { Scrolled } from "../parts/Scrolled";
import css from "./privacy.module.css";

const KINDS: [PaperKind, string][] = [
  ["notice", "Privacy notice"],
  ["assessment", "Legitimate-interest assessment"],
  ["record", "Record of processing"],
  ["dpia", "Impact assessment (DPIA), a draft"],
];
const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

interface Props {
  confirmedAt: string | null;
  languages: readonly string[];
}

export function PapersCard({ confirmedAt, languages }: Props) {
  const [kind, setKind] = useState<PaperKind>("notice");
  const [language, setLanguage] = useState<PaperLanguage>("en");
  const question = usePaper(kind, language, confirmedAt);
  return (
    <Card title="Papers">
      <Muted>
        Written from the settings and the tables as they are now. The notice is for every customer
        and guest: give it to them where they order.
      </Muted>
      <div className="choices">
        <Choice label="Paper" options={KINDS} value={kind} onChoose={setKind} />
        <Choice
          label="Language"
          options={languages.map(
            (code) => [code as PaperLanguage, NAMES.of(code) ?? code] as const,
          )}
          value={language}
          onChoose={setLanguage}
        />
      </div>
      <Answered question={question} loading="Writing the paper" lines={6}>
        {(paper) => (
          <>
            <Scrolled label="The paper" className={css.paper} lang={language}>
              {paper}
            </Scrolled>
            <div className="line">
              <Button
                size="small"
                variant="secondary"
                onClick={() => {
                  download(`${kind}-${language}.txt`, paper, "text/plain");
                }}
              >
                Download
              </Button>
            </div>
          </>
        )}
      </Answered>
    </Card>
  );
}
