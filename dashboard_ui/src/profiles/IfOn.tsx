// An answer about social profiles; a shop without them says so instead of showing trouble.

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Answered } from "../parts/Answered";
import { SwitchedOff } from "./SwitchedOff";

interface Props<T> {
  question: UseQueryResult<T>;
  loading: string;
  lines?: number;
  children: (data: T) => ReactNode;
}

export function IfOn<T>({ question, ...rest }: Props<T>) {
  if (question.isError && question.error.code === "SOCIAL_OFF") return <SwitchedOff />;
  return <Answered question={question} {...rest} />;
}
