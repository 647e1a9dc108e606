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

const SHOWN = 20;

export function CodesPage() {
  const [page, turn] = usePage(SHOWN);
  const question = usePersonalCodes(page);
  return (
    <AppPage
      title="Personal codes"
      subtitle={
        <Muted>
          Orders of others with a customer&apos;s own code are proven to be due to them, and count
          in full.
        </Muted>
      }
    >
      <Card title="Codes and their owners">
        <Answered question={question} loading="Loading the codes" lines={6}>
          {({ codes, total }) =>
            total === 0 ? (
              <Empty title="No personal codes yet">
                Give a voucher code to a customer, and what others buy with it is proven to be due
                to them.
              </Empty>
            ) : (
              <>
                <CodesTable codes={codes} mayTake />
                <Paging page={page} total={total} of="personal codes" onTurn={turn} />
              </>
            )
          }
        </Answered>
      </Card>
      <GiveCodeCard />
    </AppPage>
  );
}
