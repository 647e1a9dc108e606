// What can go wrong between the panel and the two servers it asks, as one kind of value.

export type TroubleCode =
  | "TOKEN_EXPIRED"
  | "TOKEN_INVALID"
  | "PERMISSION_DENIED"
  | "NOT_FOUND"
  | "INVALID_INPUT"
  | "UNAVAILABLE"
  | "SHOP_UNKNOWN"
  | "SOCIAL_OFF"
  | "NETWORK"
  | "UNREADABLE";

const KNOWN: readonly string[] = [
  "TOKEN_EXPIRED",
  "TOKEN_INVALID",
  "PERMISSION_DENIED",
  "NOT_FOUND",
  "INVALID_INPUT",
  "UNAVAILABLE",
  "SHOP_UNKNOWN",
  "SOCIAL_OFF",
] satisfies TroubleCode[];

const BY_STATUS: Record<number, TroubleCode> = {
  401: "TOKEN_INVALID",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  422: "INVALID_INPUT",
};

export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(
    readonly code: TroubleCode,
    message: string,
  ) {
    super(message);
  }

  /** True when asking again a moment later may help. */
  get passing(): boolean {
    return this.code === "NETWORK" || this.code === "UNAVAILABLE";
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The trouble that an error answer describes; an answer that is not ours is judged by its status. */
export function troubleFrom(status: number, body: unknown): Trouble {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  const { code, message } = error;
  const sentence =
    typeof message === "string" ? message : `The app answered with status ${status}.`;
  if (typeof code === "string" && KNOWN.includes(code)) {
    return new Trouble(code as TroubleCode, sentence);
  }
  const fallback = status >= 500 ? "UNAVAILABLE" : "UNREADABLE";
  return new Trouble(BY_STATUS[status] ?? fallback, sentence);
}

/** Any thrown value as trouble: whatever fetch throws means that the network failed. */
export function asTrouble(thrown: unknown): Trouble {
  if (thrown instanceof Trouble) return thrown;
  if (thrown instanceof SyntaxError) return new Trouble("UNREADABLE", "The answer was unreadable.");
  return new Trouble("NETWORK", "The app could not be reached.");
}
