// @ts-check
// Follow-ups: what there is, what failed, and how often they ran.
import { get } from "./api.js";
import { bars } from "./chart.js";
import { field, h, show } from "./dom.js";
import { row, search } from "./instances.js";
import { locale, t, word } from "./texts.js";

const FAILED_SHOWN = 5;
const STATES = ["waiting", "done", "stopped", "failed"];

export async function followups() {
  const [{ items }, numbers, failed] = await Promise.all([get("/followups?limit=200"), get("/statistics"), get(`/instances?state=failed&limit=${FAILED_SHOWN}`)]);
  const name = field(t.name, h("input", { required: true, autocomplete: "off", spellcheck: "false", pattern: "[a-z0-9][a-z0-9_\\-]*" }), t.followupHint);
  const make = (/** @type {Event} */ event) => {
    event.preventDefault();
    location.hash = `#/followups/${encodeURIComponent(name.input.value)}`;
  };
  show(
    t.followups,
    search(),
    numbers.failed > 0 && h("section", { class: "card alarm", "aria-label": t.failedOnes }, h("h2", {}, `${t.failedOnes}: ${numbers.failed}`), h("ul", { class: "rows" }, ...failed.items.map(row)), numbers.failed > FAILED_SHOWN && h("p", {}, h("a", { href: "#/find/state/failed" }, t.allFailed))),
    charts(numbers.hours),
    ...(items.length === 0 ? [h("p", { class: "state" }, t.none)] : items.map(card)),
    h("h2", {}, t.newFollowup),
    h("form", { class: "card", onsubmit: make }, name.element, h("p", {}, h("button", {}, t.newFollowup))),
  );
}

/** @param {any[]} hours */
function charts(hours) {
  const at = hours.map((each) => new Date(each.at));
  const of = (/** @type {string} */ what, /** @type {string} */ state) => hours.map((each) => each[what][state] ?? 0);
  const series = (/** @type {string} */ what, /** @type {string[]} */ states) => states.map((state) => ({ name: word(state), colour: state, values: of(what, state) }));
  return h(
    "div",
    { class: "charts" },
    bars(t.began, at, [{ name: t.began.toLowerCase(), colour: "kind1", values: hours.map((each) => each.begun) }]),
    bars(t.ended, at, series("ended", ["done", "stopped", "failed"])),
    bars(t.wentOut, at, series("deliveries", ["done", "waiting", "dead"])),
  );
}

/** @param {any} item */
function card(item) {
  const counts = STATES.filter((state) => item.instances[state] > 0).map((state) => h("li", {}, h("a", { class: `badge ${state}`, href: `#/followups/${item.name}` }, `${item.instances[state].toLocaleString(locale)} ${word(state)}`)));
  return h(
    "section",
    { class: "card row", "aria-label": item.name },
    h("div", {}, h("a", { href: `#/followups/${item.name}` }, h("strong", {}, item.name)), item.paused && h("span", { class: "badge paused" }, t.paused), h("div", { class: "state" }, `${item.triggers.join(", ")} · ${t.version} ${item.version}`)),
    h("ul", { class: "badges" }, ...counts),
  );
}
