/** What the keyboard reaches is never under the bar that stays on top, however tall that is (WCAG 2.2, 2.4.11). */
export function stayBelowTheBar() {
  const bar = document.querySelector(".pinned");
  if (!(bar instanceof HTMLElement)) return;
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight + 12}px`;
  }).observe(bar);
}
