/** Opens `<dialog>`s where a link would lead to a page that asks the same, and closes them. */
export function openDialogs() {
  document.addEventListener("click", (event) => {
    const at = event.target;
    if (!(at instanceof Element)) return;
    const opener = at.closest("[data-dialog]");
    const dialog = document.getElementById(opener?.getAttribute("data-dialog") ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closing = at.closest("[data-close]")?.closest("dialog");
    if (closing === null || closing === undefined) return;
    event.preventDefault();
    closing.close();
  });
}
