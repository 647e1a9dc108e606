// What customers and guests responded to the shop's post-purchase survey.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";
import type { components } from "../../schema";

export type Survey = components["schemas"]["Survey"];

export function useSurvey() {
  const { api } = useShop();
  return useQuery({ queryKey: ["survey"], queryFn: () => dataOf(api.GET("/api/survey")) });
}
