// The papers for a data protection officer, as the confirmed settings write them now.

import { useState } from "react";

import { type PaperKind, type PaperLanguage, usePaper } from "../api/privacy";
import { useShop } from "../bridge/shop";
import { sentenceCase } from "../format/format";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { Scrolled } from "../parts/Scrolled";
import css from "./privacy.module.css";
import { languageOf, say } from "../words/say";

const KINDS: readonly PaperKind[] = ["notice", "assessment", "record", "dpia"];

interface Props {
  confirmedAt: string | null;
  languages: readonly string[];
}

export function PapersCard({ confirmedAt, languages }: Props) {
  const [kind, setKind] = useState<PaperKind>("notice");
  const [language, setLanguage] = useState<PaperLanguage>("en");
  const { format } = useShop();
  const names = new Intl.DisplayNames([languageOf(format.locale)], { type: "language" });
  const question = usePaper(kind, language, confirmedAt);
  return (
    <Card title={say("privacy.papers")}>
      <Muted>{say("privacy.papers.what")}</Muted>
      <div className="choices">
        <Choice
          label={say("privacy.papers.kind")}
          options={KINDS.map((one) => [one, say(`privacy.papers.${one}`)])}
          value={kind}
          onChoose={setKind}
        />
        <Choice
          label={say("privacy.papers.language")}
          options={languages.map(
            (code) => [code as PaperLanguage, sentenceCase(names.of(code) ?? code)] as const,
          )}
          value={language}
          onChoose={setLanguage}
        />
      </div>
      <Answered question={question} loading={say("privacy.papers.loading")} lines={6}>
        {(paper) => (
          <>
            <Scrolled label={say("privacy.papers.label")} className={css.paper} lang={language}>
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
                {say("privacy.papers.download")}
              </Button>
            </div>
          </>
        )}
      </Answered>
    </Card>
  );
}
