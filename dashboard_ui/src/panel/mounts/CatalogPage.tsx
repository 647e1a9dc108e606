// Who leads others in which category.

import { useState } from "react";

import { useSegmentChoices } from "../api/segments";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Category } from "./CategoryPopup";

function Chosen({ options }: { options: [string, string][] }) {
  const [id, setId] = useState(options[0]?.[0] ?? "");
  return (
    <div className="stack">
      <Choice label="Category" options={options} value={id} onChoose={setId} />
      <Category key={id} categoryId={id} />
    </div>
  );
}

export function CatalogPage() {
  return (
    <AppPage title="Who leads where">
      <Card title="By category" wide>
        <Answered question={useSegmentChoices()} loading="Loading the categories" lines={4}>
          {({ categories }) =>
            categories.length === 0 ? (
              <Empty title="Nothing here yet">
                Categories are listed once enough purchases in them have followed one another.
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
