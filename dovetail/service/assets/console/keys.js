// @ts-check
// API keys, and the trail of changes.
import { ask, get, post, Problem } from "./api.js";
import { confirmed, field, h, say, show } from "./dom.js";
import { t, when } from "./texts.js";

const SCOPES = ["read", "write", "render", "keys", "events", "tracker"];

export async function keys() {
  const [{ items }, { items: connected }] = await Promise.all([get("/keys"), get("/integrations?limit=200").catch(() => ({ items: [] }))]);
  const name = field(t.name, h("input", { required: true }));
  const days = field(t.days, h("input", { type: "number", min: 1 }), t.daysHint);
  const checks = SCOPES.map((scope) => /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", value: scope })));
  const scopes = h("fieldset", { class: "checks" }, h("legend", {}, t.scopes), ...checks.map((check, at) => h("label", {}, check, SCOPES[at])));
  const ones = connected.map((/** @type {any} */ each) => /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", value: each.identifier })));
  const only = h("fieldset", { class: "checks" }, h("legend", {}, t.only), h("p", { class: "hint" }, t.onlyHint), ...ones.map((/** @type {HTMLInputElement} */ check) => h("label", {}, check, check.value)));
  const made = h("div", { "aria-live": "polite" });
  const told = h("p", { class: "fault", role: "alert" });

  async function make(/** @type {Event} */ event) {
    event.preventDefault();
    told.textContent = "";
    const expires = days.input.value === "" ? null : new Date(Date.now() + Number(days.input.value) * 86_400_000).toISOString();
    const chosen = (/** @type {HTMLInputElement[]} */ all) => all.filter((check) => check.checked).map((check) => check.value);
    try {
      const found = await post("/keys", { name: name.input.value, scopes: chosen(checks), identifiers: chosen(ones).length > 0 ? chosen(ones) : null, expires_at: expires });
      await keys();
      const secret = h("code", { class: "secret", id: "new-key" }, found.text);
      document.querySelector("h1")?.after(h("section", { class: "card", "aria-live": "polite" }, h("p", {}, t.shownOnce), secret, h("button", { onclick: async () => (await navigator.clipboard.writeText(found.text), say(t.copied)) }, t.copy)));
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = [error.message, ...error.errors.map((each) => each.message)].join(" ");
    }
  }

  show(
    t.keys,
    made,
    ...items.map((/** @type {any} */ item) => {
      const state = item.revoked_at ? t.revoked : item.expires_at && new Date(item.expires_at) <= new Date() ? t.expired : t.lives;
      const question = h("div", {});
      const revoke = async () => (await ask("DELETE", `/keys/${item.id}`), await keys());
      const limited = item.identifiers ? ` · ${item.identifiers.join(", ")}` : "";
      return h(
        "section",
        { class: "card row", "aria-label": item.name },
        h("div", {}, h("strong", {}, item.name), h("div", { class: "state" }, `${item.prefix}… · ${item.scopes.join(", ")}${limited} · ${state} · ${item.used_at ? `${t.lastUse} ${when(item.used_at)}` : t.neverUsed}`)),
        item.revoked_at ? null : h("button", { class: "danger", onclick: () => confirmed(question, t.sureRevoke, t.yesRevoke, revoke) }, t.revoke),
        question,
      );
    }),
    h("h2", {}, t.makeKey),
    h("form", { class: "card", onsubmit: make }, name.element, scopes, ones.length > 0 ? only : null, days.element, told, h("p", {}, h("button", {}, t.makeKey))),
  );
}

export async function trail() {
  const { items } = await get("/audit?limit=100");
  const rows = items.map((/** @type {any} */ item) => h("tr", {}, h("td", {}, when(item.at)), h("td", {}, item.actor), h("td", {}, `${item.action} ${item.subject}`)));
  show(t.trail, h("div", { class: "card", tabindex: 0, role: "region", "aria-label": t.trail, style: "overflow-x: auto" }, h("table", {}, h("thead", {}, h("tr", {}, ...[t.at, t.who, t.what].map((word) => h("th", { scope: "col", style: "text-align: start" }, word)))), h("tbody", {}, ...rows))));
}
