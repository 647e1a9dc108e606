// How questions are cached and repeated.

import { QueryClient } from "@tanstack/react-query";

import type { Trouble } from "./trouble";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Trouble;
  }
}

const FRESH_MS = 15_000;
const REPEATS = 2;

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        networkMode: "always",
        // Refusals stay refusals; only what may pass by itself is asked again.
        retry: (failures, trouble) => trouble.passing && failures < REPEATS,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: "always" },
    },
  });
}
