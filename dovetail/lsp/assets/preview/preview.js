// The page of a preview: shows what the server sends, and tells it where people click. It makes nothing up.
"use strict";

const one = (id) => document.getElementById(id);
const frame = one("mail");
let latest = null;
const look = { width: "", dark: false, images: true, text: false };

// What stands in the mail may hold anything: the frame runs no scripts (sandbox), and loads pictures only.
const policy = () => `default-src 'none'; style-src 'unsafe-inline' https:; font-src https: data:; img-src ${look.images ? "http: https: data:" : "'none'"}`;

function picture(html) {
  const media = look.dark ? "(min-width: 0)" : "(max-width: 0)";
  const mail = html.replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi, media);
  const scheme = look.dark ? "dark" : "light";
  const ours = `<meta http-equiv="Content-Security-Policy" content="${policy()}"><style>:root{color-scheme:${scheme}}[data-dovetail-here]{outline:2px solid #0b5cad !important;outline-offset:-2px}</style>`;
  // Behind the doctype, without which a browser draws by other rules.
  const head = /<head\b[^>]*>|<html\b[^>]*>|<!doctype[^>]*>/gi;
  let end = 0;
  for (const match of mail.matchAll(head)) end = Math.max(end, match.index + match[0].length);
  return mail.slice(0, end) + ours + mail.slice(end);
}

function draw() {
  one("plain").hidden = !look.text;
  frame.hidden = look.text;
  frame.style.width = look.width ? `${look.width}px` : "100%";
  if (!latest) return;
  one("plain").textContent = latest.text;
  const { scrollX, scrollY } = frame.contentWindow ?? { scrollX: 0, scrollY: 0 };
  frame.onload = () => {
    frame.contentWindow.scrollTo(scrollX, scrollY);
    frame.contentDocument.addEventListener("click", clicked);
    frame.contentDocument.addEventListener("submit", (event) => event.preventDefault());
  };
  frame.srcdoc = picture(latest.html);
}

function clicked(event) {
  event.preventDefault();
  const from = event.target instanceof frame.contentWindow.Element ? event.target.closest("[data-dovetail]") : null;
  if (from) send("click", { offset: Number(from.dataset.dovetail) });
}

function send(action, what) {
  fetch(action, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
}

function show(mail) {
  one("name").textContent = mail.name;
  document.title = `${mail.name} – preview`;
  const fault = one("fault");
  fault.hidden = !mail.fault;
  if (mail.fault) {
    const place = mail.fault.line ? `line ${mail.fault.line}, column ${mail.fault.column}: ` : "";
    fault.querySelector("span").textContent = place + mail.fault.message;
    const button = fault.querySelector("button");
    button.hidden = mail.fault.offset < 0;
    button.onclick = () => send("click", { offset: mail.fault.offset });
  } else {
    // A text that cannot be shown at this moment leaves the last mail where it is.
    latest = mail;
    one("size").textContent = `${(mail.size / 1024).toFixed(1)} kB${mail.clipped ? ": Gmail hides what is beyond 100 kB" : ""}`;
    one("size").classList.toggle("clipped", mail.clipped);
    draw();
  }
  const notes = one("notes");
  notes.replaceChildren(...mail.notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
  notes.hidden = mail.notes.length === 0;
  one("recipient").hidden = mail.samples.length === 0;
  one("sample").replaceChildren(...mail.samples.map((label) => new Option(label, label, false, label === mail.sample)));
  document.body.dataset.version = mail.version;
}

function point({ offset }) {
  const inside = frame.contentDocument;
  if (!inside || look.text) return;
  let best = null;
  for (const each of inside.querySelectorAll("[data-dovetail]")) {
    each.removeAttribute("data-dovetail-here");
    if (Number(each.dataset.dovetail) <= offset && (!best || Number(each.dataset.dovetail) >= Number(best.dataset.dovetail))) best = each;
  }
  if (best) {
    best.setAttribute("data-dovetail-here", "");
    best.scrollIntoView({ block: "nearest" });
  }
}

for (const button of document.querySelectorAll("[data-width]")) {
  button.onclick = () => {
    look.width = button.dataset.width;
    for (const other of document.querySelectorAll("[data-width]")) other.setAttribute("aria-pressed", String(other === button));
    draw();
  };
}
for (const [id, flip] of [["dark", () => (look.dark = !look.dark)], ["images", () => !(look.images = !look.images)], ["text", () => (look.text = !look.text)]]) {
  one(id).onclick = () => { one(id).setAttribute("aria-pressed", String(flip())); draw(); };
}
one("sample").onchange = () => send("sample", { label: one("sample").value });

const events = new EventSource("events");
events.addEventListener("mail", (event) => show(JSON.parse(event.data)));
events.addEventListener("cursor", (event) => point(JSON.parse(event.data)));
events.onopen = () => { one("state").textContent = "Click into the mail to go to its place in the template."; };
events.onerror = () => { one("state").textContent = "The editor is gone; this is the last mail it showed."; };
