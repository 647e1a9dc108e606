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

export function IfOn<T extends { switched_on: boolean }>({ question, ...rest }: Props<T>) {
  if (question.data?.switched_on === false) return <SwitchedOff />;
  return <Answered question={question} {...rest} />;
}
