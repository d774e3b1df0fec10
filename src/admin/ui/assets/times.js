const language = document.documentElement.lang;
const long = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

/**
 * Shows times in the viewer's zone, which the server does not know. The UTC that it wrote stays as the title.
 * @param {ParentNode} root
 */
export function localiseTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.getAttribute("datetime") ?? "");
    if (Number.isNaN(at.getTime())) continue;
    const text = long.format(at);
    if (time.textContent === text) continue;
    time.setAttribute("title", time.getAttribute("datetime") ?? "");
    time.textContent = text;
  }
}

/**
 * @param {Element} time
 * @param {number} at Milliseconds since the epoch.
 */
export function showTime(time, at) {
  time.setAttribute("datetime", new Date(at).toISOString());
  time.textContent = long.format(at);
}
