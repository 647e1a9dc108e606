// What the places without content yet will show, said plainly.

export interface Outlook {
  title: string;
  text: string;
}

const PROMISES: Record<string, Outlook> = {
  "/widgets/voucher": {
    title: "Whose code this is",
    text: "When this voucher is a customer's personal code, the orders it brought will be listed here. Nothing is shown yet.",
  },
  "/widgets/home": {
    title: "Influence at a glance",
    text: "The week's changes in your segments will be here. Until then, the app's own page shows the last run.",
  },
  "/popups/customer": {
    title: "Evidence for this customer",
    text: "Every unit of money behind this customer's value will be listed here, order by order.",
  },
  "/popups/customers": {
    title: "Selected customers compared",
    text: "Values and segments of the customers you selected will be compared here. Nothing is shown yet.",
  },
  "/customers": {
    title: "Influence among customers",
    text: "A list of all customers by value and segment, with filters, will be here. Until then, the app's own page shows the top of it.",
  },
  "/discounts": {
    title: "Personal codes and perks",
    text: "Personal voucher codes, who holds them and what they brought will be managed here. Nothing can be changed here yet.",
  },
};

const NOWHERE: Outlook = {
  title: "Nothing lives here",
  text: "This address is not one of the app's pages. Open the app from the Dashboard's menu.",
};

export function promiseFor(place: string): Outlook {
  return PROMISES[place] ?? NOWHERE;
}
