// @ts-check
// Requests with the key of this tab; an answer that says no is a Problem.
const KEY = "dovetail.key";

export class Problem extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body?.detail ?? `HTTP ${status}`);
    this.status = status;
    /** @type {{field: string, message: string, line?: number}[]} */
    this.errors = body?.errors ?? [];
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  /** @param {string} text */
  set: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

let present = new AbortController();

/** Gives up what the page that is left still reads. */
export function leavePage() {
  present.abort();
  present = new AbortController();
}

/** Waits, unless the page is left meanwhile. @param {number} milliseconds */
export function pause(milliseconds) {
  const { signal } = present;
  return new Promise((done, gone) => {
    setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => gone(signal.reason));
  });
}

/**
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 */
export async function ask(method, path, body, headers = {}) {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key.get()}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // What is written is written, wherever the user goes meanwhile.
    ...(method === "GET" ? { signal: present.signal } : {}),
  });
  if (!answer.ok) {
    throw new Problem(answer.status, await answer.json().catch(() => ({})));
  }
  return answer;
}

/** @param {string} path */
export const get = async (path) => (await ask("GET", path)).json();
/** @param {string} path @param {unknown} [body] */
export const post = async (path, body) => (await ask("POST", path, body)).json();
