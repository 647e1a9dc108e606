// Who leads others in which category.

import { useState } from "react";

import { useSegmentChoices } from "../api/segments";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { say } from "../words/say";
import { Category } from "./CategoryPopup";

function Chosen({ options }: { options: [string, string][] }) {
  const [id, setId] = useState(options[0]?.[0] ?? "");
  return (
    <div className="stack">
      <Choice
        label={say("overview.catalog.category")}
        options={options}
        value={id}
        onChoose={setId}
      />
      <Category key={id} categoryId={id} />
    </div>
  );
}

export function CatalogPage() {
  return (
    <AppPage title={say("mounts.catalog")}>
      <Card title={say("overview.catalog.card")} wide>
        <Answered
          question={useSegmentChoices()}
          loading={say("overview.catalog.loading")}
          lines={4}
        >
          {({ categories }) =>
            categories.length === 0 ? (
              <Empty title={say("overview.catalog.none")}>
                {say("overview.catalog.none.when")}
              </Empty>
            ) : (
              <Chosen options={categories.map((one): [string, string] => [one.id, one.name])} />
            )
          }
        </Answered>
      </Card>
    </AppPage>
  );
}
