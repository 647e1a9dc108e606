// The permissions that the app asks for in steps, each when somebody wants what needs it.

export const PERMISSIONS = {
  MANAGE_GIFT_CARD: {
    label: "manage gift cards",
    use: "With it the app reads who holds a gift card.",
    inUse: true,
  },
  MANAGE_CHECKOUTS: {
    label: "manage checkouts",
    use: "With it the app can put a code into its owner's checkout, and take it off another's.",
    inUse: true,
  },
  MANAGE_SHIPPING: {
    label: "manage shipping",
    use: "With it the app can offer a shipping method to a segment alone.",
    inUse: true,
  },
  MANAGE_PRODUCTS: {
    label: "manage products",
    use: "With it the app can open a product early to the members of a segment.",
    inUse: false,
  },
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Those that something of the app needs today: nobody is asked for more. */
export const IN_USE = (Object.keys(PERMISSIONS) as Permission[]).filter(
  (permission) => PERMISSIONS[permission].inUse,
);
