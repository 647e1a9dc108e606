// The shop's own pages: home, customers, orders, vouchers.

import { ask, change } from "./api.js";
import { card, day, element, link, money, person, status, table, toast } from "./dom.js";
import { homeWidgets, moreActions, widgets } from "./extensions.js";
import { surroundings } from "./frames.js";

const PAGE = 20;
const id = (value) => encodeURIComponent(value);

function top(title, ...actions) {
  document.title = `${title} · Pocket Saleor`;
  return element("header", { class: "top" }, element("h1", {}, title), ...actions);
}

function paging(info, path, query) {
  const step = (words, name, cursor, there) =>
    element("button", { disabled: !there, onclick: () => surroundings.navigate(`${path}?${new URLSearchParams({ ...query, [name]: cursor })}`) }, words);
  return element("div", { class: "paging" },
    step("Previous", "before", info.startCursor, info.hasPreviousPage), step("Next", "after", info.endCursor, info.hasNextPage));
}

function windowOf(search) {
  const before = search.get("before");
  return before ? { last: PAGE, before } : { first: PAGE, after: search.get("after") };
}

function searchBox(path, search) {
  const box = element("input", { type: "search", name: "search", placeholder: "Search", "aria-label": "Search", value: search.get("search") ?? "" });
  return element("form", { onsubmit: (event) => { event.preventDefault(); surroundings.navigate(`${path}?${new URLSearchParams({ search: box.value })}`); } }, box);
}

export async function home() {
  const { orders, customers, shop } = await ask("{shop{name version} orders(first:1){totalCount} customers(first:1){totalCount}}");
  const figure = (count, words) => element("div", {}, element("strong", {}, count.toLocaleString("en")), words);
  return [
    top(shop.name),
    card(null, element("div", { class: "figures" }, figure(orders.totalCount, "orders"), figure(customers.totalCount, "customers"))),
    element("div", { class: "home" }, homeWidgets()),
    element("p", { class: "quiet" }, `Plays Saleor ${shop.version}. Nothing here is kept when it stops.`),
  ];
}

export async function customerList(_match, search) {
  const words = search.get("search") ?? "";
  const found = (await ask(`query($first:Int,$last:Int,$after:String,$before:String,$words:String){customers(first:$first,last:$last,
    after:$after,before:$before,filter:{search:$words},sortBy:{field:LAST_NAME,direction:ASC}){totalCount pageInfo{hasNextPage
    hasPreviousPage startCursor endCursor} edges{node{id email firstName lastName orders{totalCount}}}}}`, { ...windowOf(search), words })).customers;
  const chosen = new Set();
  const tick = (user) => element("input", { type: "checkbox", "aria-label": `Choose ${person(user)}`,
    onchange: (event) => (event.target.checked ? chosen.add(user.id) : chosen.delete(user.id)) });
  const rows = found.edges.map(({ node }) => [tick(node), link(`/customers/${id(node.id)}`, person(node)), node.email, String(node.orders.totalCount)]);
  return [
    top("Customers", searchBox("/customers", search), moreActions("CUSTOMER_OVERVIEW_MORE_ACTIONS", () => ({ customerIds: [...chosen].join(",") }))),
    element("section", { class: "card flush" }, table(["", "Name", "E-mail address", "#Orders"], rows, "No customer is called so"),
      paging(found.pageInfo, "/customers", words && { search: words })),
    element("p", { class: "quiet" }, `${found.totalCount.toLocaleString("en")} customers`),
  ];
}

function metadata(title, entries) {
  return card(title, table(["Key", "Value"], entries.map((entry) => [entry.key, entry.value]), "No entries"));
}

function orderRows(edges) {
  return edges.map(({ node }) => [link(`/orders/${id(node.id)}`, `#${node.number}`), day(node.created), person(node.user ?? { firstName: "", lastName: "", email: node.userEmail }), status(node.status), money(node.total.gross)]);
}

export async function customer([key]) {
  const { user } = await ask(`query($id:ID!){user(id:$id){id email firstName lastName dateJoined isConfirmed isActive isStaff
    metadata{key value} orders(first:10){totalCount edges{node{id number created status userEmail user{firstName lastName email} total{gross{amount currency}}}}}}}`, { id: key });
  if (!user) return [top("This customer is not there"), element("p", { class: "empty" }, link("/customers", "All customers"))];
  const secret = (await ask("query($id:ID!){user(id:$id){privateMetadata{key value}}}", { id: key }).catch(() => null))?.user;
  const facts = { "E-mail address": user.email, "Customer since": day(user.dateJoined), Confirmed: user.isConfirmed ? "yes" : "no" };
  return [
    top(person(user), moreActions("CUSTOMER_DETAILS_MORE_ACTIONS", () => ({ customerId: key }))),
    element("div", { class: "columns" },
      element("div", {},
        card("Customer", element("dl", {}, Object.entries(facts).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))),
        card(`Orders (${user.orders.totalCount})`, table(["Number", "Date", "Customer", "Status", "#Total"], orderRows(user.orders.edges), "No orders yet")),
        metadata("Metadata", user.metadata),
        secret && metadata("Private metadata", secret.privateMetadata)),
      element("aside", {}, widgets("CUSTOMER_DETAILS_WIDGETS", { customerId: key }))),
  ];
}

export async function orderList(_match, search) {
  const words = search.get("search") ?? "";
  const found = (await ask(`query($first:Int,$last:Int,$after:String,$before:String,$words:String){orders(first:$first,last:$last,
    after:$after,before:$before,filter:{search:$words}){totalCount pageInfo{hasNextPage hasPreviousPage startCursor endCursor}
    edges{node{id number created status userEmail user{firstName lastName email} total{gross{amount currency}}}}}}`, { ...windowOf(search), words })).orders;
  return [
    top("Orders", searchBox("/orders", search), moreActions("ORDER_OVERVIEW_MORE_ACTIONS", () => ({}))),
    element("section", { class: "card flush" }, table(["Number", "Date", "Customer", "Status", "#Total"], orderRows(found.edges), "No order is called so"),
      paging(found.pageInfo, "/orders", words && { search: words })),
    element("p", { class: "quiet" }, `${found.totalCount.toLocaleString("en")} orders`),
  ];
}

function orderButtons(order) {
  const run = (words, mutation) => element("button", { onclick: async () => {
    try {
      await change(`mutation($id:ID!){${mutation}(id:$id){errors{message}}}`, { id: order.id });
      surroundings.refresh();
    } catch (error) {
      toast({ status: "error", title: words, text: error.message });
    }
  } }, words);
  return [order.chargeStatus === "NONE" && run("Mark as paid", "orderMarkAsPaid"), order.status !== "CANCELED" && run("Cancel order", "orderCancel")].filter(Boolean);
}

export async function order([key]) {
  const { order: found } = await ask(`query($id:ID!){order(id:$id){id number created status chargeStatus voucherCode userEmail channel{name}
    user{id firstName lastName email} total{gross{amount currency}} totalCharged{amount currency} totalRefunded{amount currency} metadata{key value}
    lines{id productName quantity unitPrice{gross{amount currency}} totalPrice{gross{amount currency}}}}}`, { id: key });
  if (!found) return [top("This order is not there"), element("p", { class: "empty" }, link("/orders", "All orders"))];
  const lines = found.lines.map((line) => [line.productName, String(line.quantity), money(line.unitPrice.gross), money(line.totalPrice.gross)]);
  const buyer = found.user ? link(`/customers/${id(found.user.id)}`, person(found.user)) : found.userEmail;
  const facts = { Customer: buyer, Channel: found.channel.name, Status: status(found.status), Payment: status(found.chargeStatus),
    Total: money(found.total.gross), Charged: money(found.totalCharged), Refunded: money(found.totalRefunded), Code: found.voucherCode ?? "none" };
  return [
    top(`Order #${found.number}`, element("span", { class: "quiet" }, day(found.created)), ...orderButtons(found),
      moreActions("ORDER_DETAILS_MORE_ACTIONS", () => ({ orderId: key }))),
    element("div", { class: "columns" },
      element("div", {},
        element("section", { class: "card flush" }, table(["Product", "#Quantity", "#Price", "#Total"], lines)),
        card("Order", element("dl", {}, Object.entries(facts).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))),
        metadata("Metadata", found.metadata)),
      element("aside", {}, widgets("ORDER_DETAILS_WIDGETS", { orderId: key }))),
  ];
}

export async function voucherList() {
  const { vouchers } = await ask("{vouchers(first:100){edges{node{id name code used type discountValue discountValueType}}}}");
  const rows = vouchers.edges.map(({ node }) => [link(`/discounts/vouchers/${id(node.id)}`, node.name ?? node.code), node.code ?? "", String(node.used)]);
  return [top("Vouchers", moreActions("VOUCHER_OVERVIEW_MORE_ACTIONS", () => ({}))),
    element("section", { class: "card flush" }, table(["Voucher", "First code", "#Used"], rows, "No vouchers yet"))];
}

export async function voucher([key]) {
  const { voucher: found } = await ask(`query($id:ID!){voucher(id:$id){id name startDate used discountValue discountValueType
    codes(first:50){totalCount edges{node{code used isActive}}}}}`, { id: key });
  if (!found) return [top("This voucher is not there"), element("p", { class: "empty" }, link("/discounts/vouchers", "All vouchers"))];
  const rows = found.codes.edges.map(({ node }) => [node.code, String(node.used), node.isActive ? "active" : "spent"]);
  return [top(found.name ?? "Voucher", moreActions("VOUCHER_DETAILS_MORE_ACTIONS", () => ({ voucherId: key }))),
    element("div", { class: "columns voucher" },
      card(`Codes (${found.codes.totalCount})`, table(["Code", "#Used", "State"], rows, "No codes")),
      element("aside", {}, widgets("VOUCHER_DETAILS_WIDGETS", { voucherId: key })))];
}
