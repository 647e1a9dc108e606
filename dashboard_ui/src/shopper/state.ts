// What the page knows and has been told.

import type { About, Certificate, Client, Statement } from "./api/client";
import type { App } from "./app";
import type { Session } from "./session";
import type { Words } from "./words";

export type View = "loading" | "sign-in" | "ask" | "wait" | "gate" | "page";
export type Wording = About["wordings"][number];
type ContestKind = NonNullable<Statement["contests"][number]["kind"]>;

/** How the last deed at a place went; `detail` is English, as the API said it. */
export interface Note {
  kind: "good" | "bad" | "";
  text: string;
  detail: string;
}

interface Invitation {
  over?: boolean;
  network: string;
  handle: string | null;
}

/** Where the page is, and what it asks with. */
export interface Place {
  shop: string;
  controller: string;
  session: Session;
  client: Client;
  invitationToken: string | null;
  /** Draw the page anew; it is drawn when this returns. */
  show(app: App): void;
}

/** What the parts of the page are drawn from once somebody is signed in. */
export interface Shown {
  app: App;
  words: Words;
  about: About;
  statement: Statement;
}

/** What there is to be drawn, and who asks. */
export class State {
  view: View = "loading";
  /** Why the view is gate, or asks to sign in again. */
  why: string | null = null;
  about: About | null = null;
  statement: Statement | null = null;
  invitation: Invitation | null = null;
  /** The shopper's own word that they are old enough, until a consent says so. */
  oldEnough = false;
  /** The country that they chose on this page. */
  country: string | null = null;
  /** By tick: the text that they had read when another one took its place. */
  read: Partial<Record<string, Wording>> = {};
  notes: Partial<Record<string, Note>> = {};
  /** The tick that is on its way to the ledger. */
  ticked: string | null = null;
  /** What the last erasure deleted, to be kept by the shopper. */
  certificate: Certificate | null = null;
  /** The action that waits for confirmation, by its place. */
  asked: string | null = null;
  busy = false;
  /** What the note to the shop is about, where it is more than words. */
  contesting: { kind: ContestKind; about: string; label: string } | null = null;
  /** Settles when the deed that is being done is over. */
  idle: Promise<void> = Promise.resolve();

  constructor(
    readonly place: Place,
    public words: Words,
  ) {}

  /** Forget whose page this was. */
  forget(): void {
    this.about = this.statement = this.invitation = this.asked = this.country = null;
    this.contesting = null;
    this.oldEnough = false;
    this.notes = {};
    this.read = {};
  }
}
