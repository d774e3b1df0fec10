import { html } from "hono/html";
import type { Markup } from "./layout.ts";

export function killSwitch(killed: boolean): Markup {
  return killed
    ? html`<section class="switch on" aria-labelledby="switch">
        <div>
          <h2 id="switch">Everything is on legacy</h2>
          <p>
            The kill switch is on: every decision is off. No flag was changed, so undoing it restores exactly what was.
          </p>
        </div>
        <form method="post" action="/kill/undo"><button class="plain">Back to what the flags say</button></form>
      </section>`
    : html`<section class="switch" aria-labelledby="switch">
        <div>
          <h2 id="switch">The flags decide</h2>
          <p>The kill switch is off. It takes every shopper to legacy at once and changes no flag.</p>
        </div>
        <form method="post" action="/kill"><button class="danger">Everything to legacy</button></form>
      </section>`;
}

/** null: everything works as it should. `stale`: the flags are the last known ones. */
export function degradedNotice(lines: readonly string[], stale: boolean): Markup | null {
  if (lines.length === 0 && !stale) return null;
  return html`<section class="warn" aria-labelledby="degraded">
    <h2 id="degraded">Degraded</h2>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>
    ${stale ? staleRemark : null}
  </section>`;
}

const staleRemark = html`<p>
  Decisions go on from what was known last; changes are refused until the store is back, save the kill switch.
</p>`;
