// The permissions that the app asks for in steps, each when somebody wants what needs it.

export const PERMISSIONS = {
  MANAGE_GIFT_CARD: {
    label: "manage gift cards",
    use: "With it the app reads who holds a gift card, and can make cards that only one customer can use.",
  },
  MANAGE_CHECKOUTS: {
    label: "manage checkouts",
    use: "With it the app can put a code on a customer's own checkout, and take it off another's.",
  },
  MANAGE_SHIPPING: {
    label: "manage shipping",
    use: "With it the app can offer a shipping method to a segment alone.",
  },
  MANAGE_PRODUCTS: {
    label: "manage products",
    use: "With it the app can open a collection early for a segment.",
  },
} as const;

export type Permission = keyof typeof PERMISSIONS;
