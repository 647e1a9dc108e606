// A question's answer, or the state that stands in its place.

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Skeletons } from "./Skeletons";
import { TroubleNotice } from "./TroubleNotice";

interface Props<T> {
  question: UseQueryResult<T>;
  loading: string;
  lines?: number;
  children: (data: T) => ReactNode;
}

export function Answered<T>({ question, loading, lines = 4, children }: Props<T>) {
  if (question.isPending) return <Skeletons label={loading} lines={lines} />;
  if (question.isError) {
    const again = () => void question.refetch();
    return <TroubleNotice trouble={question.error} onAgain={again} busy={question.isFetching} />;
  }
  return <>{children(question.data)}</>;
}
