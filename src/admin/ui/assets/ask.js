import { localiseTimes } from "./times.js";

/** A link with `data-ask` leads to a page that asks something before it is done: it is asked in a dialog over this page. */
export function askInDialogs() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-ask]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.button !== 0) return;
    // In a tab of its own it is the page.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void ask(link.href);
  });
}

/** @param {string} address */
async function ask(address) {
  const question = await questionAt(address);
  if (question === null) {
    location.assign(address);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", question.getAttribute("aria-labelledby") ?? "");
  dialog.append(question);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  localiseTimes(dialog);
  dialog.showModal();
}

/**
 * null: there is none, and the page says why.
 * @param {string} address
 */
async function questionAt(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const question = page.querySelector("form[data-question]");
    return question === null ? null : document.adoptNode(question);
  } catch {
    return null;
  }
}
