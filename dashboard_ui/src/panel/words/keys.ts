// Every key of the panel's words, from the English ones.

import type bridge from "./bridge/en.json";
import type grants from "./grants/en.json";
import type parts from "./parts/en.json";
import type perks from "./perks/en.json";
import type plan from "./plan/en.json";
import type trials from "./trials/en.json";

export type Key =
  | keyof typeof bridge
  | keyof typeof grants
  | keyof typeof parts
  | keyof typeof perks
  | keyof typeof plan
  | keyof typeof trials;
