// @ts-check
// The Integrations module: a form of each kind's own settings, a connection test, on and off.
import { ask, get, post, Problem } from "./api.js";
import { field, h, say, show } from "./dom.js";
import { t, when } from "./texts.js";

export async function integrations() {
  const { items } = await get("/integrations?limit=200");
  show(
    t.integrations,
    h("p", {}, h("a", { class: "button", href: "#/integrations/new" }, t.add)),
    ...(items.length === 0 ? [h("p", { class: "state" }, t.none)] : items.map(card)),
  );
}

/** @param {any} item */
function card(item) {
  const result = h("div", { "aria-live": "polite" });
  const state = h("div", { class: "state" }, stateOf(item));
  const element = h(
    "section",
    { class: "card", "aria-label": item.identifier },
    h(
      "div",
      { class: "row" },
      h("div", {}, h("strong", {}, item.identifier), state),
      h("button", { class: "plain", onclick: () => test(item.identifier, result, state) }, t.test),
      h("button", { class: "plain", onclick: () => change(item) }, item.enabled ? t.turnOff : t.turnOn),
      h("button", { class: "danger", onclick: () => confirmed(result, () => ask("DELETE", `/integrations/${encodeURIComponent(item.identifier)}`)) }, t.remove),
    ),
    result,
  );
  if (item.findings) {
    findings(item.findings, result);
  }
  return element;
}

/** @param {any} item */
async function change(item) {
  try {
    await ask("PATCH", `/integrations/${encodeURIComponent(item.identifier)}`, { enabled: !item.enabled }, { "If-Match": `"${item.revision}"` });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 412) {
      throw error;
    }
    say(t.changed);
  }
  await integrations();
}

/** @param {HTMLElement} place @param {() => Promise<unknown>} remove */
function confirmed(place, remove) {
  const yes = h("button", { class: "danger", onclick: async () => (await remove(), integrations()) }, t.yes);
  place.replaceChildren(h("p", {}, t.sure), h("div", {}, yes, " ", h("button", { class: "plain", onclick: () => place.replaceChildren() }, t.cancel)));
  yes.focus();
}

/** @param {any} item */
function stateOf(item) {
  return `${item.kind} · ${item.settings.url ?? ""} · ${item.enabled ? t.on : t.off} · ${item.checked_at ? when(item.checked_at) : t.never}`;
}

/** @param {string} identifier @param {HTMLElement} place @param {HTMLElement} state */
async function test(identifier, place, state) {
  place.replaceChildren(h("p", {}, t.testing));
  const item = await post(`/integrations/${encodeURIComponent(identifier)}/check`);
  state.textContent = stateOf(item);
  findings(item.findings, place);
}

/** @param {{ok: boolean, what: string, help: string}[]} found @param {HTMLElement} place */
function findings(found, place) {
  const well = found.every((each) => each.ok);
  place.replaceChildren(
    h("p", { class: well ? "good" : "bad" }, well ? t.well : t.notWell),
    h("ul", { class: "findings" }, ...found.map((each) => h("li", {}, `${each.ok ? "✓" : "✗"} ${each.what}${each.help && !each.ok ? ` – ${each.help}` : ""}`))),
  );
}

export async function newIntegration() {
  const { items } = await get("/kinds");
  const kind = h("select", {}, ...items.map((/** @type {any} */ each) => h("option", { value: each.name }, each.title)));
  const chosen = field(t.kind, kind);
  const identifier = field(t.identifier, h("input", { required: true, autocomplete: "off", spellcheck: "false" }), t.identifierHint);
  const settings = h("div", {});
  const told = h("p", { class: "fault", role: "alert" });
  /** @type {Map<string, {setting: any, made: ReturnType<typeof field>}>} */
  let fields = new Map();

  function draw() {
    const found = items.find((/** @type {any} */ each) => each.name === chosen.input.value);
    fields = new Map(found.settings.map((/** @type {any} */ setting) => [setting.name, { setting, made: field(`${setting.name}${setting.required ? ` (${t.required})` : ""}`, inputOf(setting), hintOf(setting)) }]));
    const first = [...fields.values()].filter(({ setting }) => setting.required || setting.secret || setting.name === "store");
    const others = [...fields.values()].filter((each) => !first.includes(each));
    const own = field("allow_private_addresses", h("input", { type: "checkbox" }), "");
    fields.set("allow_private_addresses", { setting: { name: "allow_private_addresses", type: "boolean", secret: false }, made: own });
    settings.replaceChildren(h("p", { class: "hint" }, found.summary), ...first.map(({ made }) => made.element), h("details", {}, h("summary", {}, t.optional), ...others.map(({ made }) => made.element), own.element));
  }
  kind.addEventListener("change", draw);
  draw();

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    const body = { identifier: identifier.input.value, kind: chosen.input.value, settings: /** @type {any} */ ({}), secrets: /** @type {any} */ ({}) };
    for (const { setting, made } of fields.values()) {
      const value = valueOf(setting, made.input);
      if (value !== undefined) {
        (setting.secret ? body.secrets : body.settings)[setting.name] = value;
      }
      made.fault("");
    }
    identifier.fault("");
    told.textContent = "";
    try {
      await post("/integrations", body);
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = error.message;
      for (const fault of error.errors) {
        const place = fault.field === "identifier" || (fault.field === "" && fault.message.includes("name")) ? identifier : fields.get(fault.field.split(".")[0] ?? "")?.made;
        if (place) {
          place.fault(fault.message);
        } else {
          told.textContent += ` ${fault.message}`;
        }
      }
      return;
    }
    location.hash = "#/integrations";
  }
  show(t.add, h("form", { class: "card", onsubmit: save, novalidate: true }, chosen.element, identifier.element, settings, told, h("p", {}, h("button", {}, t.save), " ", h("a", { class: "button plain", href: "#/integrations" }, t.cancel))));
}

/** @param {any} setting */
function inputOf(setting) {
  if (setting.type === "boolean") {
    return h("input", { type: "checkbox", checked: setting.default === true });
  }
  const type = setting.secret ? "password" : setting.type === "url" ? "url" : "text";
  return h("input", { type, autocomplete: setting.secret ? "new-password" : "off", placeholder: setting.secret ? "" : setting.example, spellcheck: "false" });
}

/** @param {any} setting */
function hintOf(setting) {
  return `${setting.summary}${setting.secret ? `. ${t.secretHint}` : ""}`;
}

/** @param {any} setting @param {HTMLInputElement} input */
function valueOf(setting, input) {
  if (setting.type === "boolean") {
    return input.checked === (setting.default === true) ? undefined : input.checked;
  }
  const text = input.value.trim();
  if (text === "") {
    return undefined;
  }
  return setting.type === "number" && !Number.isNaN(Number(text)) ? Number(text) : text;
}
