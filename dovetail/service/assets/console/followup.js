// @ts-check
// One follow-up: its text with faults where they are, a try on past events, and what it did.
import { ask, post, Problem } from "./api.js";
import { confirmed, field, h, say, show } from "./dom.js";
import { storedAt, writing } from "./drafts.js";
import { rows } from "./instances.js";
import { numbered } from "./numbered.js";
import { t, when } from "./texts.js";

const EXAMPLE = `on = "order-paid"
cap = { times = 1, per = "7d" }          # for one person

[[steps]]
wait = "2h"

[[steps]]
mail = { template = "thanks.tpl", subject = "Thank you for your order" }
`;
const SHOWN = 20;

/** @param {string} name */
export async function followup(name) {
  const path = `/followups/${encodeURIComponent(name)}`;
  const [stored, done] = await Promise.all([storedAt(path, { text: EXAMPLE, version: null }), rows(`followup=${encodeURIComponent(name)}`, SHOWN)]);
  const told = h("div", { class: "fault", role: "alert" });
  const state = h("p", { class: "state" });
  const actions = h("span", {});
  const question = h("div", {});
  const work = writing(path, stored, "version", told, t.changedFollowup, { refused, saved });
  const area = numbered(name, work.text);

  function faults(/** @type {Problem} */ problem) {
    area.mark(problem.errors.map((each) => each.line ?? 0));
    return h("ul", { class: "faults" }, ...problem.errors.map((each) => h("li", {}, h("button", { class: "link", type: "button", onclick: () => area.select(each.line ?? 1) }, `${t.line} ${each.line}`), ` ${each.message}`)));
  }

  function refused(/** @type {Problem} */ problem) {
    if (problem.errors.length > 0) {
      told.replaceChildren(t.faults, faults(problem));
    }
  }

  function saved(/** @type {any} */ now) {
    area.mark([]);
    draw(now);
  }

  /** What it is, and what can be done with it. */
  function draw(/** @type {any} */ now) {
    if (now.version === null) {
      return;
    }
    state.replaceChildren(now.paused ? h("span", { class: "badge paused" }, t.paused) : "", `${now.triggers.join(", ")} · ${t.version} ${now.version} · ${when(now.made_at)}`);
    const change = async () => {
      const after = await post(`${path}/${now.paused ? "resume" : "pause"}`);
      draw(after);
      say(after.paused ? t.pausedNow : t.resumed);
    };
    const remove = async () => {
      await ask("DELETE", path);
      work.forget();
      location.hash = "#/followups";
    };
    actions.replaceChildren(h("button", { class: "plain", onclick: change }, now.paused ? t.resume : t.pause), h("button", { class: "danger", onclick: () => confirmed(question, t.sureFollowup, t.yes, remove) }, t.remove));
  }

  draw(stored);
  show(
    name,
    state,
    h("p", { class: "actions" }, h("button", { onclick: work.save }, t.save), actions, h("a", { class: "button plain", href: "#/followups" }, t.followups)),
    question,
    told,
    area.element,
    h("h2", {}, t.tryOn),
    trial(path, area, faults),
    h("h2", {}, t.instances),
    done,
  );
  work.begin(area);
}

/** @param {string} path @param {{text(): string, mark(lines: number[]): void}} area @param {(problem: Problem) => Node} faults */
function trial(path, area, faults) {
  const since = field(t.since, h("select", {}, ...[["86400", t.day], ["604800", t.days7], ["2592000", t.days30]].map(([value, label]) => h("option", { value, selected: value === "604800" }, label ?? ""))));
  const result = h("div", { "aria-live": "polite" });
  async function start(/** @type {Event} */ event) {
    event.preventDefault();
    area.mark([]);
    result.replaceChildren(h("p", { class: "state" }, t.trying));
    try {
      const { items, acting } = await post(`${path}/test`, { since_seconds: Number(since.input.value), text: area.text(), limit: SHOWN });
      const one = (/** @type {any} */ each) => h("li", {}, h("div", {}, h("strong", {}, each.event.person || each.event.subject), " ", h("span", { class: "state" }, `${each.event.type} ${each.event.subject} · ${when(each.event.time)}`)), h("ol", { class: each.acts ? "" : "state" }, ...each.lines.map((/** @type {string} */ line) => h("li", {}, line))));
      result.replaceChildren(items.length === 0 ? h("p", {}, t.triedNone) : h("p", {}, t.tried.replace("{all}", String(items.length)).replace("{acting}", acting)), h("ul", { class: "tried" }, ...items.map(one)));
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      result.replaceChildren(h("div", { class: "fault" }, error.message, faults(error)));
    }
  }
  return h("form", { class: "card", onsubmit: start }, h("p", { class: "hint" }, t.tryHint), since.element, h("p", {}, h("button", { class: "plain" }, t.tryNow)), result);
}
