import type { Shown } from "../state";

/** What they asked the shop for, and until when it answers. */
export function Requests({ words, statement }: Shown) {
  const open = statement.requests.filter((one) => !one.done_at);
  if (!open.length) return null;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">{words.t("requests.title")}</h2>
      <div class="card">
        <ul>
          {open.map((one, at) => {
            const kind = words.known(`requests.${one.kind}`, one.kind);
            const days = { received: words.day(one.received_at), due: words.day(one.due_at) };
            return <li key={at}>{words.t("requests.one", { kind, ...days })}</li>;
          })}
        </ul>
      </div>
    </section>
  );
}
