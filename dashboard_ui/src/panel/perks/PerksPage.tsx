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
import { effectWords, programmeWords, WHAT_A_PROGRAMME_IS } from "./words";

const SHOWN = 20;
const NUMBERS = ["Given", "Held out", "Used", "Cost", "Net effect"];

function Row({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const { label, tone, icon } = programmeWords(programme.state);
  const { counts } = programme;
  return (
    <tr>
      <th scope="row" className="cell-person">
        <PlaceLink to={perkPlace(programme.id)}>{programme.title}</PlaceLink>
        <span className="muted cell-note">
          {programme.summary}, for {programme.whom}
        </span>
      </th>
      <td>
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
        <span className="muted cell-note">
          {format.day(programme.starts_at)} to {format.day(programme.ended_at ?? programme.ends_at)}
        </span>
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
            <th scope="col">Programme</th>
            <th scope="col">State</th>
            {NUMBERS.map((label) => (
              <th key={label} scope="col" className="cell-number">
                {label}
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
    <AppPage title="Perks" subtitle={<Muted>{WHAT_A_PROGRAMME_IS}</Muted>}>
      <div className="line line-wrap">
        {mayChange && (
          <Button
            onClick={() => {
              go(NEW);
            }}
          >
            New programme
          </Button>
        )}
        <PlaceLink to="/discounts">Personal codes</PlaceLink>
      </div>
      <Answered question={usePerks(page)} loading="Loading the programmes" lines={6}>
        {({ programmes, total }) =>
          total === 0 ? (
            <Empty title="No programmes yet">
              Choose a segment, what its members get, and how many are held out.
            </Empty>
          ) : (
            <>
              <Table programmes={programmes} />
              <Paging page={page} total={total} of="programmes" onTurn={turn} />
            </>
          )
        }
      </Answered>
    </AppPage>
  );
}
