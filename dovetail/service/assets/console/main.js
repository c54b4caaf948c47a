// @ts-check
// The console: who is logged in, which page is shown.
import { get, key, leavePage, Problem } from "./api.js";
import { field, h, say, show } from "./dom.js";
import { leaveEditor } from "./drafts.js";
import { events } from "./events.js";
import { followup } from "./followup.js";
import { followups } from "./followups.js";
import { found, instance } from "./instances.js";
import { changeIntegration, integrations, newIntegration } from "./integrations.js";
import { keys, trail } from "./keys.js";
import { mailings } from "./mailings.js";
import { template, templates } from "./templates.js";
import { language, otherLanguage, t } from "./texts.js";

const PAGES = /** @type {const} */ ([
  ["integrations", t.integrations, integrations],
  ["templates", t.templates, templates],
  ["mailings", t.mailings, mailings],
  ["events", t.events, events],
  ["followups", t.followups, followups],
  ["keys", t.keys, keys],
  ["trail", t.trail, trail],
]);
/** Pages that stand under another one's name. @type {Record<string, string>} */
const UNDER = { instances: "followups", find: "followups" };

function head() {
  const name = location.hash.split("/")[1] ?? "";
  const now = UNDER[name] ?? name;
  const links = PAGES.map(([name, title]) => h("a", { href: `#/${name}`, "aria-current": name === now ? "page" : null }, title));
  const other = h("button", { class: "plain", lang: language === "nl" ? "en" : "nl", onclick: otherLanguage }, t.language);
  const out = h("button", { class: "plain", onclick: logOut }, t.logOut);
  document.getElementById("head")?.replaceChildren(h("strong", {}, "Dovetail"), key.get() ? h("nav", {}, ...links) : h("span", { style: "flex: 1" }), other, ...(key.get() ? [out] : []));
}

function logOut() {
  key.forget();
  location.hash = "";
  void page();
}

function logIn(message = "") {
  const given = field(t.key, h("input", { type: "password", required: true, autocomplete: "current-password" }), t.keyHint);
  given.fault(message);
  async function enter(/** @type {Event} */ event) {
    event.preventDefault();
    key.set(given.input.value.trim());
    try {
      await get("/kinds");
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") {
        return;
      }
      if (!(error instanceof Problem) || error.status === 401) {
        key.forget();
        given.fault(error instanceof Problem ? t.wrongKey : t.offline);
        given.input.focus();
        return;
      }
    }
    if (location.hash === "" || location.hash === "#/") {
      location.hash = "#/integrations";
    } else {
      await page();
    }
  }
  show(t.logIn, h("form", { class: "card", onsubmit: enter, novalidate: true }, given.element, h("p", {}, h("button", {}, t.logIn))));
}

async function page() {
  leavePage();
  leaveEditor();
  head();
  if (!key.get()) {
    logIn();
    return;
  }
  const [, name = "", ...rest] = location.hash.split("/");
  try {
    if (name === "integrations" && rest[0] === "new") {
      await newIntegration();
    } else if (name === "integrations" && rest.length > 0) {
      await changeIntegration(decodeURIComponent(rest[0] ?? ""));
    } else if (name === "templates" && rest.length > 0) {
      await template(decodeURI(rest.join("/")));
    } else if (name === "followups" && rest.length > 0) {
      await followup(decodeURIComponent(rest[0] ?? ""));
    } else if (name === "instances" && rest.length > 0) {
      await instance(decodeURIComponent(rest[0] ?? ""));
    } else if (name === "find" && rest.length > 1) {
      await found(rest[0] ?? "", decodeURIComponent(rest[1] ?? ""));
    } else {
      await (PAGES.find((each) => each[0] === name)?.[2] ?? integrations)();
    }
  } catch (error) {
    failed(error);
  }
}

/** @param {unknown} error */
function failed(error) {
  if (error instanceof Error && (error.name === "AbortError" || error.name === "Canceled")) {
    return;
  }
  if (error instanceof Problem && error.status === 401) {
    key.forget();
    head();
    logIn(t.wrongKey);
  } else {
    // Of what the browser throws, only its fetch says a TypeError of this kind: all else is a fault of this page.
    const offline = error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
    say(error instanceof Problem ? error.message : offline ? t.offline : t.fault);
    if (!(error instanceof Problem) && !offline) {
      console.error(error);
    }
  }
}

document.documentElement.lang = language;
const skip = /** @type {HTMLElement} */ (document.getElementById("skip"));
skip.textContent = t.skip;
skip.addEventListener("click", () => document.getElementById("main")?.focus());
addEventListener("hashchange", () => void page());
addEventListener("unhandledrejection", (event) => {
  // What is no fault, such as a request of a page that was left, is not told as one.
  event.preventDefault();
  failed(event.reason);
});
void page();
