// Every key of the panel's words, from the English ones.

import type bridge from "./bridge/en.json";
import type codes from "./codes/en.json";
import type parts from "./parts/en.json";
import type trials from "./trials/en.json";
import type voucher from "./voucher/en.json";

export type Key =
  | keyof typeof bridge
  | keyof typeof codes
  | keyof typeof parts
  | keyof typeof trials
  | keyof typeof voucher;
