// The permissions that the app asks for in steps, each when somebody wants what needs it.

export const ALL = [
  "MANAGE_GIFT_CARD",
  "MANAGE_CHECKOUTS",
  "MANAGE_SHIPPING",
  "MANAGE_PRODUCTS",
] as const;

export type Permission = (typeof ALL)[number];
