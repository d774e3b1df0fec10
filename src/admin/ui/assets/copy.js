/** Copies the text that a button names. Where the browser lets nothing be copied, the text is marked, to be copied by hand. */
export function copyTexts() {
  document.addEventListener("click", (event) => {
    const at = event.target;
    const button = at instanceof Element ? at.closest("[data-copy]") : null;
    const from = document.getElementById(button?.getAttribute("data-copy") ?? "");
    if (button !== null && from !== null) void copy(button, from);
  });
}

/**
 * @param {Element} button
 * @param {HTMLElement} from
 */
async function copy(button, from) {
  try {
    await navigator.clipboard.writeText(from.textContent);
    const said = button.parentElement?.querySelector("[role=status]") ?? null;
    if (said !== null) said.textContent = button.getAttribute("data-copied");
  } catch {
    getSelection()?.selectAllChildren(from);
  }
}
