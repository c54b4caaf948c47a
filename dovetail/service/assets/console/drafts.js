// @ts-check
// Texts that are written here: what is not saved is not lost, and nothing is written over somebody else's unasked.
import { ask, get, Problem } from "./api.js";
import { h, say } from "./dom.js";
import { t } from "./texts.js";

/** @typedef {{text(): string, setText(text: string): void, dispose(): void}} Editor */

/** @type {(() => void) | null} */
let leave = null;
/** What was written and not saved, by path: leaving a page loses nothing. @type {Map<string, {text: string, stored: any}>} */
const drafts = new Map();
addEventListener("beforeunload", (event) => {
  leaveEditor();
  if (drafts.size > 0) {
    event.preventDefault();
  }
});

/** Ends the editor of the page before. */
export function leaveEditor() {
  leave?.();
  leave = null;
}

/** What is stored under a path; `other` when there is nothing. @param {string} path @param {any} other */
export async function storedAt(path, other) {
  try {
    return await get(path);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      return other;
    }
    throw error;
  }
}

/**
 * A text that is stored under a path, as one writes it.
 * @param {string} path
 * @param {any} fresh what is stored now: `text`, and under `revision` a number, or null when it is new
 * @param {string} revision
 * @param {HTMLElement} told where it says what is wrong
 * @param {string} elsewhere what it says when somebody else saved it meanwhile
 * @param {{refused?: (problem: Problem) => void, saved?: (stored: any) => void}} [then]
 */
export function writing(path, fresh, revision, told, elsewhere, then = {}) {
  const draft = drafts.get(path);
  let stored = draft?.stored ?? fresh;
  /** @type {Editor} */
  let editor;

  async function save() {
    try {
      const head = stored[revision] === null ? {} : { "If-Match": `"${stored[revision]}"` };
      stored = await (await ask("PUT", path, { text: editor.text() }, /** @type {Record<string, string>} */ (head))).json();
      drafts.delete(path);
      told.replaceChildren();
      say(t.saved);
      then.saved?.(stored);
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = error.message;
      if (error.status === 412) {
        await choose();
      } else {
        then.refused?.(error);
      }
    }
  }

  /** Which of the two texts stays is the user's choice, never a second press on Save. */
  async function choose() {
    const theirs = await storedAt(path, { text: "", [revision]: null });
    const take = h("button", { class: "plain", onclick: () => (settle(theirs), editor.setText(theirs.text)) }, t.takeTheirs);
    const keep = h("button", { class: "danger", onclick: () => (settle(theirs), void save()) }, t.overwrite);
    told.replaceChildren(h("span", {}, elsewhere), " ", take, " ", keep);
    take.focus();
  }

  function settle(/** @type {any} */ theirs) {
    stored = theirs;
    told.replaceChildren();
  }

  function discard() {
    drafts.delete(path);
    settle(fresh);
    editor.setText(fresh.text);
  }

  if (draft) {
    told.replaceChildren(t.draft, " ", h("button", { class: "plain", onclick: discard }, t.discard));
  }
  return {
    text: draft?.text ?? stored.text,
    save,
    /** From now on this editor has the text. @param {Editor} given @param {() => void} [end] what else ends with it */
    begin(given, end) {
      editor = given;
      leave = () => {
        if (editor.text() === stored.text) {
          drafts.delete(path);
        } else {
          drafts.set(path, { text: editor.text(), stored });
        }
        end?.();
        editor.dispose();
      };
    },
    /** It is gone, with what was written of it. */
    forget() {
      drafts.delete(path);
      leave = null;
    },
  };
}
