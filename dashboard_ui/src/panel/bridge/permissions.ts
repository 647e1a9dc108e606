// The permissions that the app asks for in steps, each when somebody wants what needs it.

export const PERMISSIONS = {
  MANAGE_GIFT_CARD: {
    label: "manage gift cards",
    use: "With it the app can give gift cards that only their customer can use, and read who holds one.",
  },
  MANAGE_CHECKOUTS: {
    label: "manage checkouts",
    use: "With it the app can put a code into its owner's checkout, and take it off another's.",
  },
  MANAGE_SHIPPING: {
    label: "manage shipping",
    use: "With it the app can offer a shipping method to a segment alone.",
  },
  MANAGE_PRODUCTS: {
    label: "manage products",
    use: "With it the app can open a product early to the members of a segment.",
  },
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const ALL = Object.keys(PERMISSIONS) as Permission[];
