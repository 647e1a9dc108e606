// What segments, categories, networks and programmes are called.

import { useMay } from "../bridge/may";
import { usePerks } from "../api/perks";
import { useSegmentChoices, useSegments } from "../api/segments";
import { useNetworks } from "../profiles/networks";
import type { Names } from "./filters";

const MOST = 100;

export function useNames(): Names {
  const choices = useSegmentChoices().data;
  const { networks } = useNetworks();
  const perks = usePerks({ limit: MOST, offset: 0 }, useMay("MANAGE_DISCOUNTS")).data;
  return {
    segments: new Map(useSegments().data?.map(({ name, title }) => [name, title])),
    topics: new Map(choices?.categories.map(({ id, name }) => [id, name])),
    networks: new Map(networks),
    perks: new Map(perks?.programmes.map(({ id, title }) => [String(id), title])),
  };
}
