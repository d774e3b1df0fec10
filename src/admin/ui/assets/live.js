import { showTime } from "./times.js";

/** The server says every five seconds that it is there. */
const staleMs = 12_000;
/** A hidden page gives its connection back: browsers have few for one origin. */
const hiddenMs = 5_000;
/** After a refusal that the browser does not try again by itself. */
const againMs = 3_000;

const root = document.documentElement;
/** @type {EventSource | null} */
let source = null;
let heardMs = Date.now();
let wasLost = false;
/** @type {number | undefined} */
let hiding;

/** Fetches live parts again when the server says that they are old, and says so where it cannot. */
export function keepLive() {
  if (document.querySelector("[data-live]") === null) return;
  connect();
  setInterval(() => {
    if (source !== null && Date.now() - heardMs > staleMs) lost();
    endSession();
  }, 1_000);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(disconnect, hiddenMs);
    else if (source === null) {
      wasLost = true;
      connect();
    }
  });
  // A form that is sent without a session would lose what was typed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form instanceof HTMLFormElement && form.method === "post" && form.id !== "sign-in" && endSession()) {
      event.preventDefault();
    }
  });
}

function connect() {
  disconnect();
  // What has changed since the page was made is told as the stream begins.
  const next = new EventSource(`/live?seen=${root.dataset["seen"] ?? ""}`);
  source = next;
  next.addEventListener("beat", heard);
  next.addEventListener("changed", (event) => {
    heard();
    refresh(new Set(String(event.data).split(" ")));
  });
  next.addEventListener("expired", () => {
    root.dataset["ends"] = "0";
    endSession();
  });
  next.addEventListener("error", () => {
    lost();
    if (next.readyState === EventSource.CLOSED) void refused();
  });
}

function disconnect() {
  source?.close();
  source = null;
}

function heard() {
  heardMs = Date.now();
  delete root.dataset["stale"];
  const notice = document.getElementById("stale");
  if (notice !== null) notice.hidden = true;
  if (!wasLost) return;
  wasLost = false;
  refresh(null);
}

function lost() {
  wasLost = true;
  const notice = document.getElementById("stale");
  if (notice === null || "stale" in root.dataset) return;
  root.dataset["stale"] = "";
  const time = notice.querySelector("time");
  if (time !== null) showTime(time, heardMs);
  notice.hidden = false;
}

/** The browser has given up: the session may be over, or too many pages are open. */
async function refused() {
  disconnect();
  try {
    const { status } = await fetch("/live", { method: "HEAD" });
    if (status === 401) {
      root.dataset["ends"] = "0";
      endSession();
      return;
    }
  } catch {
    // Nobody is there.
  }
  setTimeout(() => {
    if (source === null && !document.hidden) connect();
  }, againMs);
}

/**
 * Parts of these topics; null: all.
 * @param {Set<string> | null} topics
 */
function refresh(topics) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const own = part.getAttribute("data-live")?.split(" ") ?? [];
    if (topics === null || own.some((topic) => topics.has(topic))) htmx.trigger(part, "live");
  }
}

/** Asks for the token again once the session is over, on this page, so that it keeps what was typed. */
function endSession() {
  const ends = root.dataset["ends"];
  if (ends === undefined || Date.now() < Number(ends)) return false;
  disconnect();
  const dialog = document.getElementById("expired");
  if (dialog instanceof HTMLDialogElement && !dialog.open) void ask(dialog);
  return true;
}

/** @param {HTMLDialogElement} dialog */
async function ask(dialog) {
  dialog.showModal();
  const place = dialog.querySelector("[data-sign-in]");
  if (place === null) return;
  const page = await fetch("/sign-in").then((answer) => answer.text());
  const form = new DOMParser().parseFromString(page, "text/html").getElementById("sign-in");
  if (!(form instanceof HTMLFormElement)) return;
  place.replaceChildren(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn(form, dialog);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLDialogElement} dialog
 */
async function signIn(form, dialog) {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") sent.set(name, value);
  const answer = await fetch("/sign-in", { method: "POST", body: sent });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const ends = page.documentElement.dataset["ends"];
  if (ends === undefined) {
    const wrong = page.querySelector("#sign-in .wrong");
    form.querySelector(".wrong")?.remove();
    if (wrong !== null) form.prepend(wrong);
    return;
  }
  root.dataset["ends"] = ends;
  // What this page may send is what the one who signed in may: somebody else gets a page of their own.
  const token = (/** @type {ParentNode} */ at) => at.querySelector("input[name=form_token]")?.getAttribute("value");
  if (token(page) !== token(document.querySelector(".top") ?? document)) location.reload();
  dialog.close();
  wasLost = true;
  connect();
}
