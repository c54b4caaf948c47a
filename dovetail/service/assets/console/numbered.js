// @ts-check
// A field for a text with numbers of lines, in which faults are shown where they are.
import { h } from "./dom.js";

/** @param {string} label @param {string} text */
export function numbered(label, text) {
  const area = /** @type {HTMLTextAreaElement} */ (h("textarea", { "aria-label": label, spellcheck: "false", wrap: "off", rows: Math.min(30, Math.max(12, text.split("\n").length + 3)) }));
  const gutter = h("div", { class: "gutter", "aria-hidden": "true" });
  /** @type {Set<number>} */
  let marked = new Set();

  function draw() {
    const lines = area.value.split("\n").length;
    gutter.replaceChildren(...Array.from({ length: lines }, (_, at) => h("div", { class: marked.has(at + 1) ? "bad" : null }, String(at + 1))));
    gutter.scrollTop = area.scrollTop;
  }
  area.addEventListener("input", draw);
  area.addEventListener("scroll", () => (gutter.scrollTop = area.scrollTop));
  area.value = text;
  draw();
  return {
    element: h("div", { class: "numbered" }, gutter, area),
    text: () => area.value,
    /** @param {string} given */
    setText(given) {
      area.value = given;
      draw();
    },
    /** Shows that lines have faults. @param {number[]} lines */
    mark(lines) {
      marked = new Set(lines);
      area.setAttribute("aria-invalid", String(lines.length > 0));
      draw();
    },
    /** Takes the keyboard to a line. @param {number} line */
    select(line) {
      const lines = area.value.split("\n");
      const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
      area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 6);
    },
    dispose: () => undefined,
  };
}
