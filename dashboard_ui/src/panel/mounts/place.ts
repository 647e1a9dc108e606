// Where the pages are that only the Dashboard's menus lead to.

export const CATALOG = "/catalog";
