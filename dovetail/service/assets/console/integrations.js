// @ts-check
// The Integrations module: a form of each kind's own settings, a connection test, on and off.
import { ask, get, post, Problem } from "./api.js";
import { confirmed, field, h, say, show } from "./dom.js";
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
  const path = `/integrations/${encodeURIComponent(item.identifier)}`;
  const remove = async () => (await ask("DELETE", path), await integrations());
  const element = h(
    "section",
    { class: "card", "aria-label": item.identifier },
    h(
      "div",
      { class: "row" },
      h("div", {}, h("strong", {}, item.identifier), state),
      h("button", { class: "plain", onclick: () => test(item.identifier, result, state) }, t.test),
      h("a", { class: "button plain", href: `#${path}` }, t.change),
      h("button", { class: "plain", onclick: () => change(item) }, item.enabled ? t.turnOff : t.turnOn),
      h("button", { class: "danger", onclick: () => confirmed(result, t.sure, t.yes, remove) }, t.remove),
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

const PRIVATE = { name: "allow_private_addresses", type: "boolean", secret: false, default: false, summary: "", example: "" };

export async function newIntegration() {
  const { items } = await get("/kinds");
  const kind = field(t.kind, h("select", {}, ...items.map((/** @type {any} */ each) => h("option", { value: each.name }, each.title))));
  const identifier = field(t.identifier, h("input", { required: true, autocomplete: "off", spellcheck: "false" }), t.identifierHint);
  const place = h("div", {});
  let form = fieldsOf(items[0], null);
  function draw() {
    form = fieldsOf(items.find((/** @type {any} */ each) => each.name === kind.input.value), null);
    place.replaceChildren(...form.elements);
  }
  kind.input.addEventListener("change", draw);
  draw();
  const send = () => post("/integrations", { identifier: identifier.input.value, kind: kind.input.value, ...form.given() });
  identifier.input.addEventListener("input", () => identifier.fault(""));
  show(t.add, formOf([kind.element, identifier.element, place], () => form, identifier, send));
}

/** @param {string} name */
export async function changeIntegration(name) {
  const path = `/integrations/${encodeURIComponent(name)}`;
  const [{ items }, item] = await Promise.all([get("/kinds"), get(path)]);
  const form = fieldsOf(items.find((/** @type {any} */ each) => each.name === item.kind), item);
  const send = () => ask("PATCH", path, form.given(), { "If-Match": `"${item.revision}"` });
  show(`${t.changeTitle}: ${name}`, formOf(form.elements, () => form, null, send));
}

/**
 * The fields of a kind's settings, with what an integration has of them. A setting that is a table stays as it is.
 * @param {any} kind @param {any} item
 */
function fieldsOf(kind, item) {
  /** @type {Map<string, {setting: any, made: ReturnType<typeof field>}>} */
  const fields = new Map();
  const kept = /** @type {Record<string, unknown>} */ ({});
  for (const [name, value] of Object.entries(item?.settings ?? {})) {
    if (typeof value === "object" || ![...kind.settings, PRIVATE].some((/** @type {any} */ each) => each.name === name)) {
      kept[name] = value;
    }
  }
  for (const setting of [...kind.settings, PRIVATE].filter((each) => !(each.name in kept))) {
    const made = field(setting === PRIVATE ? setting.name : `${setting.name}${setting.required ? ` (${t.required})` : ""}`, inputOf(setting), hintOf(setting, item));
    const value = item?.settings[setting.name];
    if (setting.type === "boolean") {
      made.input.checked = (value ?? setting.default) === true;
    } else if (!setting.secret && value !== undefined) {
      made.input.value = String(value);
    }
    fields.set(setting.name, { setting, made });
  }
  const first = [...fields.values()].filter(({ setting }) => setting.required || setting.secret || setting.name === "store");
  const others = [...fields.values()].filter((each) => !first.includes(each));
  return {
    fields,
    elements: [h("p", { class: "hint" }, kind.summary), ...first.map(({ made }) => made.element), h("details", {}, h("summary", {}, t.optional), ...others.map(({ made }) => made.element))],
    given() {
      const body = { settings: { ...kept }, secrets: /** @type {Record<string, unknown>} */ ({}) };
      for (const { setting, made } of fields.values()) {
        made.fault("");
        const value = valueOf(setting, made.input);
        if (value !== undefined) {
          (setting.secret ? body.secrets : body.settings)[setting.name] = value;
        }
      }
      return body;
    },
  };
}

/**
 * @param {Node[]} elements @param {() => ReturnType<typeof fieldsOf>} form @param {ReturnType<typeof field> | null} identifier
 * @param {() => Promise<unknown>} send
 */
function formOf(elements, form, identifier, send) {
  const told = h("p", { class: "fault", role: "alert" });
  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    identifier?.fault("");
    told.textContent = "";
    try {
      await send();
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = error.message;
      for (const fault of error.errors) {
        const own = fault.field === "identifier" || (fault.field === "" && fault.message.includes("name")) ? identifier : null;
        const place = own ?? form().fields.get(fault.field.split(".")[0] ?? "")?.made;
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
  return h("form", { class: "card", onsubmit: save, novalidate: true }, ...elements, told, h("p", {}, h("button", {}, t.save), " ", h("a", { class: "button plain", href: "#/integrations" }, t.cancel)));
}

/** @param {any} setting */
function inputOf(setting) {
  if (setting.type === "boolean") {
    return h("input", { type: "checkbox", checked: setting.default === true });
  }
  const type = setting.secret ? "password" : setting.type === "url" ? "url" : "text";
  return h("input", { type, autocomplete: setting.secret ? "new-password" : "off", placeholder: setting.secret ? "" : setting.example, spellcheck: "false" });
}

/** @param {any} setting @param {any} item */
function hintOf(setting, item) {
  const has = item?.secrets.includes(setting.name) ? ` ${t.keepSecret}` : "";
  return `${setting.summary}${setting.secret ? `. ${t.secretHint}${has}` : ""}`;
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
