// The page's own API under /demo/, as functions. Every refusal becomes an ApiError with a sentence.

import { t } from "./words.js";

/** The server refused or could not be reached; `message` can be shown as it is. */
export class ApiError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body, { multipart = false, signal } = {}) {
  const headers = {};
  if (multipart) headers["X-Demo"] = "1";
  else if (method !== "GET") headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method, headers, signal, cache: "no-store",
      body: method === "GET" ? undefined : multipart ? body : JSON.stringify(body ?? {}),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(t("no_answer"));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const said = answer.error?.message ?? answer.error ?? answer.description ?? t("refused", { status: response.status });
    throw new ApiError(String(said), response.status);
  }
  return answer;
}

const query = (parameters) => new URLSearchParams(parameters).toString();

export const state = (as = 0) => call("GET", `/demo/state?${query({ as })}`);
export const messages = (chat, as) => call("GET", `/demo/chats/${chat}/messages?${query({ as, limit: 200 })}`);
export const read = (chat, as) => call("GET", `/demo/chats/${chat}/messages?${query({ as, limit: 1 })}`);
export const commands = (chat_id, user_id) => call("GET", `/demo/commands?${query({ chat_id, user_id })}`);
export const send = (message) => call("POST", "/demo/messages", message);
export const tap = (tapped) => call("POST", "/demo/taps", tapped);
export const start = (user_id, payload) => call("POST", "/demo/start", { user_id, payload });
export const edit = (edited) => call("POST", "/demo/edits", edited);
export const inline = (asked, signal) => call("POST", "/demo/inline", asked, { signal });
export const choose = (chosen) => call("POST", "/demo/inline/choose", chosen);
export const addPerson = (person) => call("POST", "/demo/people", person);
export const changePerson = (id, change) => call("PATCH", `/demo/people/${id}`, change);
export const block = (chat, blocked) => call("POST", `/demo/chats/${chat}/block`, { blocked });
export const migrate = (chat) => call("POST", `/demo/chats/${chat}/migrate`);
export const addFault = (fault) => call("POST", "/demo/faults", fault);
export const liftFaults = (id) => call("DELETE", id === undefined ? "/demo/faults" : `/demo/faults?id=${id}`);

export const debits = () => call("GET", "/c/waiting");
export const time = () => call("GET", "/demo/time");
export const passTime = (seconds) => call("POST", "/demo/time", { seconds });

/** The faults in force, whether the server lists them bare or under a name. */
export async function faults() {
  const answer = await call("GET", "/demo/faults");
  return Array.isArray(answer) ? answer : (answer.faults ?? answer.rules ?? []);
}

/** Send a file; `kind` is document, photo, voice or sticker. */
export function upload({ chat_id, user_id, file, name, kind, caption }) {
  const form = new FormData();
  form.set("chat_id", chat_id);
  form.set("user_id", user_id);
  form.set("kind", kind);
  if (caption) form.set("caption", caption);
  form.set("file", file, name ?? file.name);
  return call("POST", "/demo/upload", form, { multipart: true });
}
