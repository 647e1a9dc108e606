// All perk programmes of the shop, the newest first.

import { type Programme, usePerks } from "../api/perks";
import { useMay } from "../bridge/may";
import { usePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { AppPage } from "../parts/AppPage";
import { Button } from "../parts/Button";
import { Chip } from "../parts/Chip";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { PlaceLink } from "../parts/PlaceLink";
import { NEW, perkPlace } from "./place";
import { effectWords, programmeWords, spanWords } from "./words";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const SHOWN = 20;
const NUMBERS: Key[] = ["perks.given", "perks.heldout", "perks.used", "perks.cost", "perks.net"];

function Row({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const { label, tone, icon } = programmeWords(programme.state);
  const { counts } = programme;
  return (
    <tr>
      <th scope="row" className="cell-person">
        <PlaceLink to={perkPlace(programme.id)}>{programme.title}</PlaceLink>
        <span className="muted cell-note">
          {say("perks.what", { what: programme.summary, whom: programme.whom })}
        </span>
      </th>
      <td>
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        <span className="muted cell-note">{spanWords(programme, format)}</span>
      </td>
      <td className="figure cell-number">{format.count(counts.given)}</td>
      <td className="figure cell-number">{format.count(counts.held_out)}</td>
      <td className="figure cell-number">{format.count(programme.uses)}</td>
      <td className="figure cell-number">{format.money(programme.cost)}</td>
      <td className="cell-number">
        {programme.net_effect !== null && (
          <span className="figure">{format.money(programme.net_effect)}</span>
        )}
        <span className="muted cell-note">{effectWords(programme)}</span>
      </td>
    </tr>
  );
}

function Table({ programmes }: { programmes: readonly Programme[] }) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("perks.programme")}</th>
            <th scope="col">{say("perks.state")}</th>
            {NUMBERS.map((label) => (
              <th key={label} scope="col" className="cell-number">
                {say(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {programmes.map((programme) => (
            <Row key={programme.id} programme={programme} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function PerksPage() {
  const [page, turn] = usePage(SHOWN);
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { go } = usePlace();
  return (
    <AppPage title={say("perks.title")} subtitle={<Muted>{say("perks.about")}</Muted>}>
      <div className="line line-wrap">
        {mayChange && (
          <Button
            onClick={() => {
              go(NEW);
            }}
          >
            {say("perks.new")}
          </Button>
        )}
        <PlaceLink to="/discounts">{say("perks.codes")}</PlaceLink>
      </div>
      <Answered question={usePerks(page)} loading={say("perks.loading")} lines={6}>
        {({ programmes, total }) =>
          total === 0 ? (
            <Empty title={say("perks.none")}>{say("perks.none.how")}</Empty>
          ) : (
            <>
              <Table programmes={programmes} />
              <Paging page={page} total={total} of={say("perks.of")} onTurn={turn} />
            </>
          )
        }
      </Answered>
    </AppPage>
  );
}
