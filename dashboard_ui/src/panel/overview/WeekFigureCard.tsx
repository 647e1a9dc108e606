// One figure of the week, how it changed, and what it means.

import { ArrowDownRight, ArrowUpRight, Equal } from "lucide-react";

import type { WeekFigure } from "../api/overview";
import { useShop } from "../bridge/shop";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { say } from "../words/say";
import css from "./Week.module.css";
import { changeOf, type Direction, figureOf } from "./week";

const ICONS: Record<Direction, typeof Equal> = {
  up: ArrowUpRight,
  down: ArrowDownRight,
  level: Equal,
};

/** The page on which a figure can be acted on, where there is one. */
const PLACES: Partial<Record<WeekFigure["key"], string>> = {
  value_expected: "/customers",
  customers_leading: "/customers",
  perks_used: "/perks",
};

function Change({ figure }: { figure: WeekFigure }) {
  const { format } = useShop();
  const change = changeOf(figure, format);
  const { missing } = figure;
  if (change === null) return <Muted>{missing && say(`overview.week.missing.${missing}`)}</Muted>;
  const Icon = ICONS[change.direction];
  return (
    <p className={css.change} data-direction={change.direction}>
      <Icon aria-hidden size={16} />
      <span className="figure">{change.text}</span>
    </p>
  );
}

export function WeekFigureCard({ figure }: { figure: WeekFigure }) {
  const { format } = useShop();
  const label = say(`mounts.week.${figure.key}`);
  const to = PLACES[figure.key];
  return (
    <li className={css.tile}>
      <Text as="h3" size={3} fontWeight="medium">
        {to === undefined ? label : <PlaceLink to={to}>{label}</PlaceLink>}
      </Text>
      <Text as="p" size={8} fontWeight="bold" className="figure">
        {figureOf(figure, format)}
      </Text>
      <Change figure={figure} />
      <Muted>{say(`overview.week.means.${figure.key}`)}</Muted>
    </li>
  );
}
