// The app's API for shoppers, in her name; docs/shopper-page.md describes it.

const BASE = new URL("../../api/shopper", import.meta.url).href;

export class Refused extends Error {
  constructor(status, code, message, reason = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }
}

export class Api {
  constructor(shop, session) {
    this.shop = shop;
    this.session = session;
  }

  get(path, query = {}) {
    return this.#ask("GET", path, { query });
  }

  post(path, body) {
    return this.#ask("POST", path, { body });
  }

  delete(path, query = {}) {
    return this.#ask("DELETE", path, { query });
  }

  async #ask(method, path, { query = {}, body } = {}, again = true) {
    const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined));
    const headers = { authorization: `Bearer ${this.session.token}`, "saleor-api-url": this.shop };
    if (body !== undefined) headers["content-type"] = "application/json";
    let answer;
    try {
      const url = `${BASE}${path}${asked.size ? `?${asked}` : ""}`;
      answer = await fetch(url, { method, headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store" });
    } catch {
      throw new Refused(0, "OFFLINE", "");
    }
    if (answer.status === 401 && again && (await this.session.renew())) {
      return this.#ask(method, path, { query, body }, false);
    }
    if (answer.status === 204) return null;
    const said = await answer.json().catch(() => null);
    if (answer.status === 202) return { ...said, waits: true };
    if (answer.ok) return said;
    throw new Refused(answer.status, said?.error?.code ?? "FAILED", said?.error?.message ?? "", said?.error?.reason);
  }
}
