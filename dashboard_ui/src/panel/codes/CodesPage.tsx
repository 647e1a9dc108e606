// Personal voucher codes and who holds them.

import { usePersonalCodes } from "../api/codes";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { CodesTable } from "./CodesTable";
import { GiveCodeCard } from "./GiveCodeCard";
import { say } from "../words/say";

const SHOWN = 20;

export function CodesPage() {
  const [page, turn] = usePage(SHOWN);
  const question = usePersonalCodes(page);
  return (
    <AppPage title={say("codes.title")} subtitle={<Muted>{say("codes.what")}</Muted>}>
      <Card title={say("codes.card")}>
        <Answered question={question} loading={say("codes.loading")} lines={6}>
          {({ codes, total }) =>
            total === 0 ? (
              <Empty title={say("codes.none")}>{say("codes.none.how")}</Empty>
            ) : (
              <>
                <CodesTable codes={codes} mayTake />
                <Paging page={page} total={total} of={say("codes.of")} onTurn={turn} />
              </>
            )
          }
        </Answered>
      </Card>
      <GiveCodeCard />
    </AppPage>
  );
}
