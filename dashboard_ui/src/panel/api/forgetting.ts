// What a change has made old is asked for again.

import { useQueryClient } from "@tanstack/react-query";

/** Forgets the answers to these questions, whatever else they were asked with. */
export function useForgetting(...keys: string[]) {
  const queries = useQueryClient();
  return () => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
