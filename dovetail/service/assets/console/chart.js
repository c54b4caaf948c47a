// @ts-check
// Bars per hour, drawn as SVG: with a title and a description, and the same numbers as a table.
import { h } from "./dom.js";
import { locale, t } from "./texts.js";

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 150, LEFT = 34, BELOW = 20, ABOVE = 8;
let number = 0;

/**
 * @typedef {{name: string, colour: string, values: number[]}} Series a name for people, a class of console.css that has
 * its colour, a number for each hour
 */

/** @param {string} name @param {Record<string, string | number>} given @param {...(Node | string)} children */
function s(name, given, ...children) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(given)) {
    element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

const hourOf = (/** @type {Date} */ at) => at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0);

/** The highest line of a scale: 1, 2 or 5 and noughts, and no less than the highest bar. @param {number} most */
function top(most) {
  for (let power = 1; ; power *= 10) {
    const found = [1, 2, 5].map((each) => each * power).find((each) => each >= most);
    if (found !== undefined) {
      return found;
    }
  }
}

/** @param {string} title @param {Date[]} hours when they begin @param {Series[]} series stacked, the first at the bottom */
export function bars(title, hours, series) {
  const id = `chart${++number}`;
  const place = h("div", { class: "plot" });
  const total = series.map((each) => `${each.name}: ${sum(each.values)}`).join(", ");
  const told = (/** @type {number} */ at) => series.filter((each) => each.values[at]).map((each) => `${each.name} ${each.values[at]}`).join(", ") || "0";

  function draw(/** @type {number} */ width) {
    const highest = top(Math.max(1, ...hours.map((_, at) => sum(series.map((each) => each.values[at] ?? 0)))));
    const y = (/** @type {number} */ value) => ABOVE + (HEIGHT - ABOVE - BELOW) * (1 - value / highest);
    const step = (width - LEFT) / hours.length;
    const lines = (highest % 2 === 0 ? [0, highest / 2, highest] : [0, highest]).flatMap((value) => [
      s("line", { x1: LEFT, x2: width, y1: y(value), y2: y(value) }),
      s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, value.toLocaleString(locale)),
    ]);
    const marks = hours.flatMap((at, n) => (at.getHours() % 6 === 0 && LEFT + n * step < width - 18 ? [s("text", { x: LEFT + n * step, y: HEIGHT - 4, "text-anchor": n === 0 ? "start" : "middle" }, hourOf(at))] : []));
    const columns = hours.map((at, n) => {
      let below = 0;
      const x = LEFT + n * step + step * 0.12;
      const parts = series.flatMap((each) => {
        const value = each.values[n] ?? 0;
        const from = y(below);
        below += value;
        // A gap between the parts of a bar tells them apart where colours do not; the smallest is still seen.
        return value ? [s("rect", { class: each.colour, x, width: step * 0.76, y: y(below), height: Math.max(1.5, from - y(below) - 1), rx: 1.5 })] : [];
      });
      return s("g", {}, s("title", {}, `${hourOf(at)} – ${told(n)}`), s("rect", { class: "touch", x: LEFT + n * step, width: step, y: ABOVE, height: HEIGHT - ABOVE - BELOW }), ...parts);
    });
    const named = [s("title", { id: `${id}t` }, title), s("desc", { id: `${id}d` }, `${t.perHour}. ${total}`)];
    place.replaceChildren(s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-labelledby": `${id}t`, "aria-describedby": `${id}d` }, ...named, ...lines, ...marks, ...columns));
  }
  // Texts keep their size, however narrow the page is.
  new ResizeObserver(([entry]) => entry && entry.contentRect.width > 0 && draw(Math.floor(entry.contentRect.width))).observe(place);

  const key = h("ul", { class: "key" }, ...series.map((each) => h("li", {}, h("span", { class: `swatch ${each.colour}` }), `${each.name} `, h("strong", {}, sum(each.values).toLocaleString(locale)))));
  const header = h("tr", {}, h("th", { scope: "col" }, t.at), ...series.map((each) => h("th", { scope: "col" }, each.name)));
  const rows = hours.map((at, n) => h("tr", {}, h("th", { scope: "row" }, hourOf(at)), ...series.map((each) => h("td", {}, String(each.values[n] ?? 0)))));
  const table = h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": title }, h("table", {}, h("caption", { class: "unseen" }, title), h("thead", {}, header), h("tbody", {}, ...rows)));
  return h("figure", { class: "card chart" }, h("figcaption", {}, title), key, place, h("details", {}, h("summary", {}, t.asTable), table));
}
