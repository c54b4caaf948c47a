// @ts-check
// Elements made of values: nothing that somebody wrote is ever read as HTML.
import { t } from "./texts.js";

/**
 * @param {string} name
 * @param {Record<string, any>} [given] attributes; `on…` are listeners
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => /** @type {Node | string} */ (child)));
  return element;
}

let number = 0;

/**
 * A labelled input with its explanation, and a place for what is wrong with it.
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [hint]
 */
export function field(label, input, hint = "") {
  const id = `f${++number}`;
  input.id = id;
  const told = h("p", { class: "fault", id: `${id}f`, hidden: true });
  input.setAttribute("aria-describedby", `${id}h ${id}f`);
  const element = h("div", {}, h("label", { for: id }, label), h("p", { class: "hint", id: `${id}h` }, hint), input, told);
  return {
    element,
    input: /** @type {HTMLInputElement} */ (input),
    /** @param {string} message */
    fault(message) {
      told.textContent = message;
      told.hidden = message === "";
      input.setAttribute("aria-invalid", String(message !== ""));
    },
  };
}

/**
 * Asks whether something is to be done that cannot be undone.
 * @param {HTMLElement} place @param {string} question @param {string} answer what the button says @param {() => unknown} act
 */
export function confirmed(place, question, answer, act) {
  const yes = h("button", { class: "danger", onclick: act }, answer);
  place.replaceChildren(h("p", {}, question), h("div", {}, yes, " ", h("button", { class: "plain", onclick: () => place.replaceChildren() }, t.cancel)));
  yes.focus();
}

/** Says something to everybody, for a while. @param {string} text */
export function say(text) {
  const place = /** @type {HTMLElement} */ (document.getElementById("said"));
  place.textContent = text;
  setTimeout(() => place.textContent === text && (place.textContent = ""), 8000);
}

/** Shows a page, and takes the keyboard to its heading. @param {string} title @param {...(Node | string | null | false)} children */
export function show(title, ...children) {
  const heading = h("h1", { tabindex: -1 }, title);
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  main.replaceChildren(heading, ...children.filter((child) => child !== null && child !== false).map((child) => /** @type {Node} */ (child)));
  document.title = `${title} – Dovetail`;
  heading.focus();
}
