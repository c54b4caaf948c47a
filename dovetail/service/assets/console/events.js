// @ts-check
// Events: what happened, as it happens, what it started, and what is read for it.
import { get, pause, Problem } from "./api.js";
import { bars } from "./chart.js";
import { h, field, show } from "./dom.js";
import { row, subjectOf } from "./instances.js";
import { t, when } from "./texts.js";

const EVERY = 5_000;
const PAGE = 50;
const TYPES_SHOWN = 4;

export async function events() {
  const [numbers, { items: watched }] = await Promise.all([get("/statistics"), get("/feeds")]);
  const types = [...new Set(numbers.hours.flatMap((/** @type {any} */ hour) => Object.keys(hour.events)))].sort();
  const known = h("datalist", { id: "types" }, ...types.map((each) => h("option", { value: each })));
  const type = field(t.type, h("input", { list: "types", placeholder: t.anyType, autocomplete: "off" }));
  const person = field(t.person, h("input", { type: "search", autocomplete: "off" }));
  const refresh = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: true }));
  const list = h("div", {});
  const more = h("p", {});
  const chart = h("div", {}, byType(numbers.hours));
  let latest = 0;
  let asked = 0;

  const filters = () => `&type=${encodeURIComponent(type.input.value.trim())}&person=${encodeURIComponent(person.input.value.trim())}`;

  function page(/** @type {any} */ found) {
    list.append(...found.items.map(line));
    more.replaceChildren(found.next ? h("button", { class: "plain", onclick: async () => page(await get(`/events?limit=${PAGE}&before=${found.next}${filters()}`)) }, t.more) : "");
  }

  async function anew() {
    const mine = ++asked;
    const found = await get(`/events?limit=${PAGE}${filters()}`);
    if (mine !== asked) {
      return;
    }
    latest = found.items[0]?.number ?? 0;
    list.replaceChildren(...(found.items.length === 0 ? [h("p", { class: "state" }, t.noEvents)] : []));
    page(found);
  }

  /** New ones come on top; what is open stays open. */
  async function look() {
    const mine = asked;
    const { items, next } = await get(`/events?limit=${PAGE}${filters()}`);
    const fresh = items.filter((/** @type {any} */ each) => each.number > latest);
    if (mine !== asked || fresh.length === 0) {
      return;
    }
    if (latest === 0 || (fresh.length === items.length && next)) {
      await anew();
    } else {
      latest = fresh[0].number;
      list.prepend(...fresh.map(line));
    }
    chart.replaceChildren(byType((await get("/statistics")).hours));
  }

  async function watch() {
    for (;;) {
      await pause(EVERY);
      try {
        if (refresh.checked && !document.hidden) {
          await look();
        }
      } catch (error) {
        // A server that is away comes back; who left the page, or may not see this any more, does not.
        if (error instanceof Problem || /** @type {Error} */ (error).name === "AbortError") {
          throw error;
        }
      }
    }
  }

  for (const input of [type.input, person.input]) {
    input.addEventListener("change", () => void anew());
  }
  await anew();
  show(
    t.events,
    chart,
    h("form", { class: "card filters", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void anew()) }, type.element, known, person.element, h("label", { class: "check" }, refresh, t.refresh)),
    h("section", { class: "card list", "aria-label": t.happened }, list, more),
    h("h2", {}, t.watched),
    feeds(watched),
  );
  void watch();
}

/** @param {any[]} hours */
function byType(hours) {
  /** @type {Map<string, number>} */
  const totals = new Map();
  for (const hour of hours) {
    for (const [name, number] of Object.entries(hour.events)) {
      totals.set(name, (totals.get(name) ?? 0) + Number(number));
    }
  }
  const names = [...totals].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
  const shown = names.length > TYPES_SHOWN + 1 ? names.slice(0, TYPES_SHOWN) : names;
  const series = shown.map((name, at) => ({ name, colour: `kind${at + 1}`, values: hours.map((hour) => hour.events[name] ?? 0) }));
  const rest = names.slice(shown.length);
  if (rest.length > 0) {
    series.push({ name: t.others, colour: "kind5", values: hours.map((hour) => rest.reduce((all, name) => all + (hour.events[name] ?? 0), 0)) });
  }
  return bars(t.events, hours.map((hour) => new Date(hour.at)), series);
}

/** An event as a line that opens. @param {any} event */
export function line(event) {
  const place = h("div", { class: "opened" });
  async function open() {
    if (!element.open || place.firstChild) {
      return;
    }
    place.append(data(event));
    const { items } = await get(`/instances?event=${encodeURIComponent(event.id)}&limit=50`);
    place.append(h("h3", {}, t.started), items.length === 0 ? h("p", { class: "state" }, t.startedNothing) : h("ul", { class: "rows" }, ...items.map(row)));
  }
  const element = /** @type {HTMLDetailsElement} */ (
    h("details", { class: "event", ontoggle: open }, h("summary", {}, h("span", { class: "state" }, when(event.time)), h("strong", {}, event.type), h("span", {}, event.subject), h("span", {}, event.person)), place)
  );
  return element;
}

/** What an event says. @param {any} event */
export function data(event) {
  const parts = [event.subject ? subjectOf(event.subject) : "", event.person ? h("a", { href: `#/find/person/${encodeURIComponent(event.person)}` }, event.person) : "", h("span", { class: "state" }, event.source)].filter((each) => each !== "");
  const json = h("pre", { tabindex: 0, role: "region", "aria-label": t.itsData }, JSON.stringify(event.data, null, 2));
  return h("div", {}, h("p", { class: "parts" }, ...parts), json);
}

/** @param {any[]} items */
function feeds(items) {
  if (items.length === 0) {
    return h("p", { class: "state" }, t.watchedNone);
  }
  const cell = (/** @type {any} */ each) => (each.reason ? h("td", { class: "bad" }, each.reason) : h("td", {}, each.state === "first" ? t.firstLook : "–"));
  const rows = items.map((each) => h("tr", {}, h("th", { scope: "row" }, each.integration), h("td", {}, each.entity), h("td", {}, when(each.read_at)), h("td", {}, when(each.swept_at)), cell(each)));
  const header = h("tr", {}, ...[t.integration, t.record, t.readAt, t.sweptAt, t.lastFault].map((each) => h("th", { scope: "col" }, each)));
  return h("div", { class: "card wide", tabindex: 0, role: "region", "aria-label": t.watched }, h("table", {}, h("thead", {}, header), h("tbody", {}, ...rows)));
}
