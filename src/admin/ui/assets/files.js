/** Longer lists are kept beside their field, not in it: to lay out 100,000 lines holds a browser for half a minute. */
const maxShownCharacters = 20_000;
const count = new Intl.NumberFormat(document.documentElement.lang);

/** Lets a list be read from a file, as if it was pasted. Nothing is sent before the form is. */
export function readFiles() {
  for (const label of document.querySelectorAll("[data-scripted]")) {
    if (label instanceof HTMLElement) label.hidden = false;
  }
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    const into = document.getElementById(input.dataset["into"] ?? "");
    const [file] = input.files ?? [];
    if (!(into instanceof HTMLTextAreaElement)) return;
    release(into);
    if (file !== undefined) void file.text().then((text) => put(into, text, file.name));
  });
  document.addEventListener("paste", (event) => {
    const into = event.target;
    const text = event.clipboardData?.getData("text") ?? "";
    if (!(into instanceof HTMLTextAreaElement) || !("list" in into.dataset) || text.length <= maxShownCharacters)
      return;
    event.preventDefault();
    put(into, text, "");
  });
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (at instanceof HTMLTextAreaElement && at.readOnly && (event.key === "Backspace" || event.key === "Delete"))
      release(at);
  });
}

/**
 * @param {HTMLTextAreaElement} into
 * @param {string} text
 * @param {string} from Name of a file; "" for none.
 */
function put(into, text, from) {
  if (text.length <= maxShownCharacters) {
    into.value = text;
    return;
  }
  release(into);
  const kept = document.createElement("input");
  kept.type = "hidden";
  kept.name = into.name;
  kept.value = text;
  kept.dataset["of"] = into.id;
  into.after(kept);
  into.removeAttribute("name");
  into.readOnly = true;
  const entries = text.split(/[\r\n,;\t]+/).filter((entry) => entry.trim() !== "").length;
  into.value = `${from} ${count.format(entries)} ×`.trim();
}

/** @param {HTMLTextAreaElement} into */
function release(into) {
  const kept = document.querySelector(`input[data-of="${into.id}"]`);
  if (!(kept instanceof HTMLInputElement)) return;
  into.name = kept.name;
  into.readOnly = false;
  into.value = "";
  kept.remove();
}
