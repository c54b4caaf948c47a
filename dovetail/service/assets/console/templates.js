// @ts-check
// Templates: a list, and the editor beside its preview.
import { ask, get, post, Problem } from "./api.js";
import { field, h, say, show } from "./dom.js";
import { t, when } from "./texts.js";

const ROOT = "dovetail:///templates";
const SAMPLE = "dovetail.sample";
/** @type {(() => void) | null} */
let leave = null;
/** What was written and not saved, by template: leaving a page loses nothing. @type {Map<string, {text: string, stored: any}>} */
const drafts = new Map();
addEventListener("beforeunload", (event) => {
  leave?.();
  leave = null;
  if (drafts.size > 0) {
    event.preventDefault();
  }
});

/** Ends the editor of the page before. */
export function leaveEditor() {
  leave?.();
  leave = null;
}

/** @param {string} name */
const path = (name) => `/templates/${name.split("/").map(encodeURIComponent).join("/")}`;

export async function templates() {
  const { items } = await get("/templates?limit=200");
  const name = field(t.name, h("input", { required: true, autocomplete: "off" }), t.nameHint);
  const make = (/** @type {Event} */ event) => {
    event.preventDefault();
    location.hash = `#/templates/${name.input.value}`;
  };
  show(
    t.templates,
    ...(items.length === 0 ? [h("p", { class: "state" }, t.none)] : []),
    ...items.map((/** @type {any} */ item) => h("section", { class: "card row" }, h("div", {}, h("a", { href: `#/templates/${item.name}` }, item.name), h("div", { class: "state" }, when(item.changed_at))))),
    h("h2", {}, t.newTemplate),
    h("form", { class: "card", onsubmit: make }, name.element, h("p", {}, h("button", {}, t.newTemplate))),
  );
}

/** @param {string} name */
export async function template(name) {
  /** @type {any} */
  let stored = { text: "", revision: null };
  try {
    stored = await get(path(name));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) {
      throw error;
    }
  }
  const draft = drafts.get(name);
  const fresh = stored;
  stored = draft?.stored ?? stored;
  const place = h("div", { id: "editor" });
  const frame = /** @type {HTMLIFrameElement} */ (h("iframe", { sandbox: "", title: t.preview }));
  const told = h("p", { class: "fault", role: "alert" });
  const sample = field(t.recipient, h("textarea", { spellcheck: "false", rows: 3 }), t.recipientHint);
  sample.input.value = sessionStorage.getItem(SAMPLE) ?? '{"profile": {"firstname": "Ann"}}';
  /** @type {{text(): string, setText(text: string): void, dispose(): void}} */
  let editor;
  let asked = 0;

  async function draw() {
    const mine = ++asked;
    if (told.querySelector("button") === null) {
      told.textContent = "";
    }
    sample.fault("");
    let variables;
    try {
      variables = JSON.parse(sample.input.value || "{}");
    } catch (error) {
      sample.fault(String(error));
      return;
    }
    try {
      const made = await post("/render", { source: editor.text(), variables });
      if (mine === asked) {
        frame.srcdoc = made.text;
      }
    } catch (error) {
      if (mine === asked && error instanceof Problem && told.querySelector("button") === null) {
        told.textContent = error.errors.length > 0 ? error.errors.map((each) => `${t.line} ${each.line}: ${each.message}`).join(" ") : error.message;
      }
    }
  }
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void draw(), 300);
  };
  sample.input.addEventListener("input", () => (sessionStorage.setItem(SAMPLE, sample.input.value), soon()));

  async function save() {
    try {
      const head = stored.revision === null ? {} : { "If-Match": `"${stored.revision}"` };
      stored = await (await ask("PUT", path(name), { text: editor.text() }, /** @type {Record<string, string>} */ (head))).json();
      drafts.delete(name);
      say(t.saved);
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = error.message;
      if (error.status === 412) {
        await choose();
      }
    }
  }

  /** Somebody else saved meanwhile: which of the two texts stays is the user's choice, never a second press on Save. */
  async function choose() {
    const theirs = await get(path(name));
    const take = h("button", { class: "plain", onclick: () => (settle(theirs), editor.setText(theirs.text)) }, t.takeTheirs);
    const keep = h("button", { class: "danger", onclick: () => (settle(theirs), void save()) }, t.overwrite);
    told.replaceChildren(h("span", {}, t.changedText), " ", take, " ", keep);
    take.focus();
  }

  function settle(/** @type {any} */ theirs) {
    stored = theirs;
    told.replaceChildren();
  }

  function discard() {
    drafts.delete(name);
    settle(fresh);
    editor.setText(fresh.text);
  }

  if (draft) {
    told.replaceChildren(t.draft, " ", h("button", { class: "plain", onclick: discard }, t.discard));
  }
  show(
    name,
    h("p", {}, h("button", { onclick: save }, t.save), " ", h("a", { class: "button plain", href: "#/templates" }, t.templates)),
    told,
    h("div", { class: "split" }, h("div", {}, place, sample.element), h("div", {}, frame)),
  );
  editor = await open(place, name, draft?.text ?? stored.text, soon);
  leave = () => {
    clearTimeout(waiting);
    if (editor.text() === stored.text) {
      drafts.delete(name);
    } else {
      drafts.set(name, { text: editor.text(), stored });
    }
    editor.dispose();
  };
  await draw();
}

/** The editor with the language server; a plain field where it cannot be had. @param {HTMLElement} place @param {string} name @param {string} text @param {() => void} changed */
async function open(place, name, text, changed) {
  try {
    const address = "/editor/dovetail-editor.js";
    const { createEditor } = await import(address);
    document.head.append(h("link", { rel: "stylesheet", href: "/editor/dovetail-editor.css" }));
    return createEditor(place, {
      socket: async () => `${location.protocol.replace("http", "ws")}//${location.host}/api/v1/lsp?ticket=${(await post("/lsp-tickets")).ticket}`,
      root: ROOT,
      uri: `${ROOT}/${name.split("/").map(encodeURIComponent).join("/")}`,
      text,
      label: name,
      onChange: changed,
      onMessage: (/** @type {string} */ message) => say(message),
    });
  } catch {
    const area = /** @type {HTMLTextAreaElement} */ (h("textarea", { "aria-label": name, style: "height: 100%", oninput: changed }));
    area.value = text;
    place.replaceChildren(area);
    return { text: () => area.value, setText: (/** @type {string} */ given) => (area.value = given), dispose: () => undefined };
  }
}
