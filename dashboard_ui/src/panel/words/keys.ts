// Every key of the panel's words, from the English ones.

import type bridge from "./bridge/en.json";
import type codes from "./codes/en.json";
import type customer from "./customer/en.json";
import type customers from "./customers/en.json";
import type grants from "./grants/en.json";
import type handoff from "./handoff/en.json";
import type linked from "./linked/en.json";
import type mounts from "./mounts/en.json";
import type outreach from "./outreach/en.json";
import type overview from "./overview/en.json";
import type parts from "./parts/en.json";
import type perks from "./perks/en.json";
import type picked from "./picked/en.json";
import type plan from "./plan/en.json";
import type privacy from "./privacy/en.json";
import type products from "./products/en.json";
import type profiles from "./profiles/en.json";
import type record from "./record/en.json";
import type runs from "./runs/en.json";
import type segments from "./segments/en.json";
import type settings from "./settings/en.json";
import type spread from "./spread/en.json";
import type ties from "./ties/en.json";
import type trials from "./trials/en.json";
import type voucher from "./voucher/en.json";

export type Key =
  | keyof typeof bridge
  | keyof typeof codes
  | keyof typeof customer
  | keyof typeof customers
  | keyof typeof grants
  | keyof typeof handoff
  | keyof typeof linked
  | keyof typeof mounts
  | keyof typeof outreach
  | keyof typeof overview
  | keyof typeof parts
  | keyof typeof perks
  | keyof typeof picked
  | keyof typeof plan
  | keyof typeof privacy
  | keyof typeof products
  | keyof typeof profiles
  | keyof typeof record
  | keyof typeof runs
  | keyof typeof segments
  | keyof typeof settings
  | keyof typeof spread
  | keyof typeof ties
  | keyof typeof trials
  | keyof typeof voucher;
