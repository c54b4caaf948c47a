// @ts-check
// Templates: a list, and the editor beside its preview.
import { get, post, Problem } from "./api.js";
import { field, h, say, show } from "./dom.js";
import { storedAt, writing } from "./drafts.js";
import { t, when } from "./texts.js";

const ROOT = "dovetail:///templates";
const SAMPLE = "dovetail.sample";
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
  const stored = await storedAt(path(name), { text: "", revision: null });
  const place = h("div", { id: "editor" });
  const frame = /** @type {HTMLIFrameElement} */ (h("iframe", { sandbox: "", title: t.preview }));
  const told = h("p", { class: "fault", role: "alert" });
  const sample = field(t.recipient, h("textarea", { spellcheck: "false", rows: 3 }), t.recipientHint);
  sample.input.value = sessionStorage.getItem(SAMPLE) ?? '{"profile": {"firstname": "Ann"}}';
  const work = writing(path(name), stored, "revision", told, t.changedText);
  /** @type {import("./drafts.js").Editor} */
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

  show(
    name,
    h("p", {}, h("button", { onclick: work.save }, t.save), " ", h("a", { class: "button plain", href: "#/templates" }, t.templates)),
    told,
    h("div", { class: "split" }, h("div", {}, place, sample.element), h("div", {}, frame)),
  );
  editor = await open(place, name, work.text, soon);
  work.begin(editor, () => clearTimeout(waiting));
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
