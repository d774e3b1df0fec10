import { html } from "hono/html";
import type { FlagEntry, FlagsInForce } from "../deps.ts";
import type { Markup } from "./layout.ts";
import { count } from "./words.ts";

export function flagsSection(flags: Pick<FlagsInForce, "entries" | "snapshot" | "store">): Markup {
  return html`<section aria-labelledby="flags">
    <h2 id="flags">Flags</h2>
    <table class="cards even">
      <thead>
        <tr>
          <th scope="col">Flag</th>
          <th scope="col">Says</th>
          <th scope="col">Source</th>
          <th scope="col" class="number">Version</th>
        </tr>
      </thead>
      <tbody>
        ${flags.entries.map((entry) => flagRow(entry, flags))}
      </tbody>
    </table>
  </section>`;
}

function flagRow(entry: FlagEntry, { snapshot, store }: Pick<FlagsInForce, "snapshot" | "store">): Markup {
  const { flag, source, overridden } = entry;
  const { forceOff, roles } = snapshot;
  // Shadow and dual-run flags cannot be forced off, and are on in doubt.
  const failOn = roles.get(flag.key)?.failOn === true;
  const forced = !failOn && forceOff.has(flag.key) ? html`<strong>off by SOMBRA_FORCE_OFF</strong><br />` : null;
  const unread = store.unreadable.includes(flag.key) ? html`<strong>its record cannot be read</strong><br />` : null;
  const over = overridden.length === 0 ? null : html`<br /><small>over ${overridden.join(", ")}</small>`;
  return html`<tr>
    <th scope="row" data-label="Flag">
      <span
        ><a href="/api/flags/${encodeURIComponent(flag.key)}"><code>${flag.key}</code></a
        >${flag.description === "" ? null : html`<br /><small>${flag.description}</small>`}</span
      >
    </th>
    <td data-label="Says"><span>${forced}${unread}${saying(flag, failOn).join(", ")}</span></td>
    <td data-label="Source"><span>${source}${over}</span></td>
    <td class="number" data-label="Version">${flag.version === 0 ? "–" : flag.version}</td>
  </tr>`;
}

/** Lists as counts: their members are personal data. */
function saying(flag: FlagEntry["flag"], failOn: boolean): string[] {
  const { enabled, percent, allowlist, denylist, forceOn, audience } = flag;
  const said: string[] = [];
  if (enabled !== null) said.push(enabled ? "enabled" : "disabled");
  if (percent !== null) said.push(`${percent} %`);
  if (allowlist !== null) said.push(`allowlist of ${count(allowlist.size)}`);
  if (denylist.size > 0) said.push(`denylist of ${count(denylist.size)}`);
  if (forceOn.size > 0) said.push(`${count(forceOn.size)} forced on`);
  if (audience !== null) said.push(`audience ${audience}`);
  return said.length > 0 ? said : [failOn ? "on until a value says off" : `${flag.default ? "on" : "off"} by default`];
}
