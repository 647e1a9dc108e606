// The board of an outreach programme: what staff are to do for whom.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { PageWanted } from "./questions";
import type { components } from "../../schema";

type Schemas = components["schemas"];
export type OutreachTask = Schemas["OutreachTask"];
export type OutreachFacts = Schemas["OutreachFacts"];
export type OutreachBoard = Schemas["OutreachBoard"];
export type Column = OutreachTask["state"];

export function useOutreach(id: number, state: Column, page: PageWanted) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["outreach", id, state, page],
    queryFn: () =>
      dataOf(
        api.GET("/api/perks/{programme_id}/outreach", {
          params: { path: { programme_id: id }, query: { state, ...page } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useOutreachFacts(taskId: number) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["outreach-facts", taskId],
    queryFn: () =>
      dataOf(api.GET("/api/outreach/{task_id}", { params: { path: { task_id: taskId } } })),
  });
}

export function useTakeTask() {
  const { api } = useShop();
  const forget = useForgetting("outreach");
  return useMutation({
    mutationFn: (taskId: number) =>
      done(api.POST("/api/outreach/{task_id}/assign", { params: { path: { task_id: taskId } } })),
    // Also after a refusal: a colleague has it by now, or the customer no longer agrees.
    onSettled: forget,
  });
}

export function useGiveTaskBack() {
  const { api } = useShop();
  const forget = useForgetting("outreach");
  return useMutation({
    mutationFn: (taskId: number) =>
      done(api.POST("/api/outreach/{task_id}/release", { params: { path: { task_id: taskId } } })),
    onSettled: forget,
  });
}

export function useFinishTask() {
  const { api } = useShop();
  const forget = useForgetting("outreach");
  return useMutation({
    mutationFn: ({ id, ...body }: Schemas["OutreachResult"] & { id: number }) =>
      done(api.POST("/api/outreach/{task_id}/finish", { params: { path: { task_id: id } }, body })),
    onSuccess: forget,
  });
}
