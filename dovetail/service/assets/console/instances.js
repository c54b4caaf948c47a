// @ts-check
// Instances of follow-ups: lists of them, and one with the reason for all that it did.
import { get, post, Problem } from "./api.js";
import { confirmed, h, say, show } from "./dom.js";
import { data, line } from "./events.js";
import { t, when, word } from "./texts.js";

const PAGE = 50;

/** @param {string} state */
const badge = (state) => h("span", { class: `badge ${state}` }, word(state));

/** A link to all about a record. @param {string} subject */
export const subjectOf = (subject) => h("a", { href: `#/find/subject/${encodeURIComponent(subject)}` }, subject);

/** An instance in a list. @param {any} item */
export function row(item) {
  const link = h("a", { href: `#/instances/${encodeURIComponent(item.id)}` }, `${item.followup}${item.person ? ` ${t.forWhom} ${item.person}` : ""}`);
  return h("li", {}, badge(item.state), h("div", {}, link, h("div", { class: "state" }, when(item.changed_at), item.reason ? ` · ${item.reason}` : "")));
}

/** A list that goes on. @param {string} asked @param {number} [limit] */
export async function rows(asked, limit = PAGE) {
  const list = h("ul", { class: "rows" });
  const more = h("p", {});
  async function page(/** @type {string} */ after) {
    const { items, next } = await get(`/instances?${asked}&limit=${limit}&after=${encodeURIComponent(after)}`);
    list.append(...items.map(row));
    more.replaceChildren(next ? h("button", { class: "plain", onclick: () => page(next) }, t.more) : list.firstChild ? "" : h("span", { class: "state" }, t.foundNothing));
  }
  await page("");
  return h("section", { class: "card list", "aria-label": t.wasDone }, list, more);
}

/** The form that finds what was done for somebody, or about an order. @param {string} [given] */
export function search(given = "") {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "search", required: true, autocomplete: "off", "aria-label": t.findLabel, "aria-describedby": "find-hint", placeholder: t.findLabel }));
  input.value = given;
  function find(/** @type {Event} */ event) {
    event.preventDefault();
    const wanted = input.value.trim();
    const [by, value] = wanted.includes("@") ? ["person", wanted] : ["subject", /^\d+$/.test(wanted) ? `order/${wanted}` : wanted];
    location.hash = `#/find/${by}/${encodeURIComponent(value)}`;
  }
  return h("form", { class: "card", role: "search", onsubmit: find }, h("div", { class: "row" }, h("div", {}, input), h("button", {}, t.find)), h("p", { class: "hint", id: "find-hint" }, t.findHint));
}

/** What was done for a person, about a record, or is in a state. @param {string} by @param {string} value */
export async function found(by, value) {
  const asked = `${encodeURIComponent(by)}=${encodeURIComponent(value)}`;
  const about = by === "person" || by === "subject";
  const [list, happened] = await Promise.all([rows(asked), about ? lines(asked) : null]);
  const title = by === "state" ? `${t.followups}: ${word(value)}` : value;
  show(title, search(about ? value : ""), h("h2", {}, t.wasDone), list, ...(happened ? [h("h2", {}, t.happened), happened] : []));
}

/** Events, for a key that may see them. @param {string} asked */
async function lines(asked) {
  try {
    const { items } = await get(`/events?${asked}&limit=${PAGE}`);
    return h("section", { class: "card list", "aria-label": t.happened }, ...(items.length ? items.map(line) : [h("p", { class: "state" }, t.noEvents)]));
  } catch (error) {
    if (error instanceof Problem && error.status === 403) {
      return null;
    }
    throw error;
  }
}

/** @param {string} id */
export async function instance(id) {
  const path = `/instances/${encodeURIComponent(id)}`;
  draw(await get(path));

  async function act(/** @type {string} */ what, /** @type {string} */ said) {
    try {
      draw(await post(`${path}/${what}`));
      say(said);
    } catch (error) {
      // Somebody, or time, was quicker: how it is now says it.
      if (!(error instanceof Problem) || error.status !== 409) {
        throw error;
      }
      draw(await get(path));
      say(error.message);
    }
  }

  function draw(/** @type {any} */ story) {
    const of = story.instance;
    const question = h("div", {});
    const next = of.state === "waiting" ? ` · ${of.awaits ? `${t.awaits} ${of.awaits}` : of.step ? `${t.nextStep}: ${of.step}` : ""}` : "";
    const action =
      of.state === "failed"
        ? h("button", { onclick: () => act("replay", t.replayed) }, t.replay)
        : of.state === "waiting"
          ? h("button", { class: "danger", onclick: () => confirmed(question, t.sureStop, t.yesStop, () => act("stop", t.stoppedNow)) }, t.stop)
          : null;
    const link = h("a", { href: `#/followups/${encodeURIComponent(of.followup)}` }, of.followup);
    const state = h("div", { class: "state" }, link, ` · ${t.version} ${of.version} · ${when(of.made_at)}${next === " · " ? "" : next}`);
    show(
      `${of.followup}${of.person ? ` ${t.forWhom} ${of.person}` : ""}`,
      h("section", { class: `card${of.state === "failed" ? " alarm" : ""}`, "aria-label": of.followup }, h("div", { class: "row" }, h("div", {}, badge(of.state), of.reason ? ` ${of.reason}` : "", state), action), question),
      h("h2", {}, t.startedBy),
      h("section", { class: "card", "aria-label": t.startedBy }, ...(story.event ? [h("p", {}, h("strong", {}, story.event.type), " ", h("span", { class: "state" }, when(story.event.time))), data(story.event)] : [t.forgotten])),
      h("h2", {}, t.why),
      timeline(story.passages),
      h("h2", {}, t.wentOut),
      sent(story.deliveries),
    );
  }
}

/** @param {any[]} passages */
function timeline(passages) {
  if (passages.length === 0) {
    return h("p", { class: "state" }, t.noSteps);
  }
  return h("ol", { class: "card timeline" }, ...passages.map((each) => h("li", {}, h("div", { class: "state" }, when(each.at), each.step ? ` · ${each.step}` : ""), each.what)));
}

/** @param {any[]} deliveries */
function sent(deliveries) {
  if (deliveries.length === 0) {
    return h("p", { class: "state" }, t.nothingSent);
  }
  const one = (/** @type {any} */ each) => h("li", {}, badge(each.state), h("div", {}, `${each.action}${each.destination && each.destination !== each.action ? ` ${each.destination}` : ""}`, h("div", { class: "state" }, `${when(each.made_at)} · ${t.attempts}: ${each.attempts}${each.reason ? ` · ${each.reason}` : ""}`), h("code", { class: "state" }, each.id)));
  return h("section", { class: "card list", "aria-label": t.wentOut }, h("ul", { class: "rows" }, ...deliveries.map(one)));
}
