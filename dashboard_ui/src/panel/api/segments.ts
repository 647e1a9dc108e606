// Segments: what they say, what they can be made of, who would be in, and how they changed.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type Segment = Schemas["Segment"];
export type SegmentChoices = Schemas["SegmentChoices"];
export type SegmentColumn = Schemas["SegmentColumn"];
export type SegmentDefinition = Schemas["DefinitionInput"];
export type SegmentCondition = Schemas["ConditionInput"];
export type SegmentPreview = Schemas["SegmentPreview"];
export type SegmentMoves = Schemas["SegmentMoves"];
export type SizeAfter = Schemas["SizeAfter"];

const CHANGED = ["segments", "overview", "customers", "customer"];

export function useSegments() {
  const { api } = useShop();
  return useQuery({ queryKey: ["segments"], queryFn: () => dataOf(api.GET("/api/segments")) });
}

export function useSegmentChoices() {
  const { api } = useShop();
  return useQuery({
    queryKey: ["segment-choices"],
    queryFn: () => dataOf(api.GET("/api/segments/choices")),
  });
}

/** Who would be in; nothing is asked while the definition is not whole. */
export function useSegmentPreview(definition: SegmentDefinition | null) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["segment-preview", definition],
    queryFn: () =>
      dataOf(api.POST("/api/segments/preview", { body: definition as SegmentDefinition })),
    enabled: definition !== null,
    placeholderData: keepPreviousData,
  });
}

export function useSegmentSizes(name: string) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["segments", name, "sizes"],
    queryFn: () => dataOf(api.GET("/api/segments/{name}/sizes", { params: { path: { name } } })),
  });
}

export function useSegmentMoves(name: string, runId: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["segments", name, "moves", runId],
    queryFn: () =>
      dataOf(
        api.GET("/api/segments/{name}/moves", {
          params: { path: { name }, query: { run_id: runId } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** The segment says this from now on; a run that fills it is on its way. */
export function useSaveSegment() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: (body: SegmentDefinition) =>
      dataOf(api.PUT("/api/segments/{name}", { params: { path: { name: body.name } }, body })),
    onSuccess: forget,
  });
}

export function useDropSegment() {
  const { api } = useShop();
  const forget = useForgetting(...CHANGED);
  return useMutation({
    mutationFn: (name: string) =>
      done(api.DELETE("/api/segments/{name}", { params: { path: { name } } })),
    onSuccess: forget,
  });
}
