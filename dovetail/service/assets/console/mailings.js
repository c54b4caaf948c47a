// @ts-check
// Mailings: start one, watch it, cancel it, fetch its mails.
import { ask, get, pause, post, Problem } from "./api.js";
import { field, h, show } from "./dom.js";
import { t, when, word } from "./texts.js";

export async function mailings() {
  const [{ items }, { items: templates }] = await Promise.all([get("/mailings"), get("/templates?limit=200")]);
  const template = field(t.template, h("select", {}, ...templates.map((/** @type {any} */ each) => h("option", {}, each.name))));
  const file = field(t.file, h("input", { type: "file", accept: ".csv,text/csv" }));
  const text = field(t.recipients, h("textarea", { spellcheck: "false" }), t.recipientsHint);
  const told = h("p", { class: "fault", role: "alert" });
  const list = h("div", {}, ...items.map(card));
  file.input.addEventListener("change", async () => (text.input.value = (await file.input.files?.[0]?.text()) ?? ""));

  async function start(/** @type {Event} */ event) {
    event.preventDefault();
    told.textContent = "";
    try {
      const made = await post("/mailings", { template: template.input.value, recipients: { format: "csv", text: text.input.value } });
      list.prepend(card(made));
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      told.textContent = [error.message, ...error.errors.map((each) => each.message)].join(" ");
    }
  }
  show(t.mailings, h("form", { class: "card", onsubmit: start }, h("h2", { style: "margin-top: 0" }, t.start), template.element, file.element, text.element, told, h("p", {}, h("button", {}, t.start))), list);
}

/** @param {any} first */
function card(first) {
  const bar = /** @type {HTMLProgressElement} */ (h("progress", { max: Math.max(first.total, 1), "aria-label": first.template }));
  const state = h("div", { class: "state", "aria-live": "polite" });
  const actions = h("div", {});

  function draw(/** @type {any} */ now) {
    bar.value = now.written + now.failed;
    state.textContent = `${word(now.state)} · ${now.written} ${t.of} ${now.total} ${t.written}${now.failed ? ` · ${now.failed} ${t.without}` : ""}${now.reason ? ` · ${now.reason}` : ""} · ${when(now.created_at)}`;
    actions.replaceChildren(
      ...(now.state === "running"
        ? [h("button", { class: "danger", onclick: () => post(`/mailings/${now.id}/cancel`) }, t.cancel)]
        : now.written > 0
          ? [h("button", { class: "plain", onclick: () => fetchMails(now.id) }, t.download)]
          : []),
    );
  }
  draw(first);
  if (first.state === "running") {
    void watch(first.id, draw);
  }
  return h("section", { class: "card", "aria-label": first.template }, h("div", { class: "row" }, h("div", {}, h("strong", {}, first.template), state), actions), bar);
}

const AGAIN = 2_000;

/** How far a mailing is, until it has ended; a stream that breaks off is taken up again. @param {string} id @param {(now: any) => void} draw */
async function watch(id, draw) {
  for (;;) {
    try {
      await follow(id, draw);
      const now = await get(`/mailings/${id}`);
      draw(now);
      if (now.state !== "running") {
        return;
      }
    } catch (error) {
      if (error instanceof Problem || /** @type {Error} */ (error).name === "AbortError") {
        throw error;
      }
    }
    await pause(AGAIN);
  }
}

/** Server-sent events by fetch: the browser's own reader of them sends no key. @param {string} id @param {(now: any) => void} draw */
async function follow(id, draw) {
  const answer = await ask("GET", `/mailings/${id}/events`);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      break;
    }
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data: ")) {
        draw(JSON.parse(line.slice(6)));
      }
    }
  }
}

/** @param {string} id */
async function fetchMails(id) {
  const blob = await (await ask("GET", `/mailings/${id}/result`)).blob();
  const link = /** @type {HTMLAnchorElement} */ (h("a", { href: URL.createObjectURL(blob), download: `${id}.zip` }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
