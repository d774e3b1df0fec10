import { html } from "hono/html";
import { decideMode, explain, type Explanation } from "../../../../flags/index.ts";
import type { FlagEntry, FlagsInForce, RouteEntry } from "../../../deps.ts";
import { listNames } from "../../../in-force.ts";
import { askShopper } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, modeBadge } from "../../parts.ts";
import { routesOf } from "./flag.ts";
import { reasonTexts } from "./reason-texts.ts";
import { flagsTexts } from "./texts.ts";

export function explainSection(view: View, key: string, answer: Markup | null): Markup {
  const t = flagsTexts.in(view.locale);
  const action = `/flags/${encodeURIComponent(key)}/explain`;
  return html`<section class="card" aria-labelledby="explain">
    <h2 id="explain">${t.explain}</h2>
    ${askShopper({ action, field: t.shopper, button: t.ask, help: t.explainHelp, answer })}
  </section>`;
}

export interface Asked {
  readonly entry: FlagEntry;
  readonly flags: FlagsInForce;
  readonly routes: readonly RouteEntry[];
}

/** Which rule decided, the bucket, the lists that name the shopper, and the mode on the routes of the flag. */
export function explained(view: View, shopper: string, { entry, flags, routes }: Asked): Markup {
  const t = flagsTexts.in(view.locale);
  if (shopper === "") return html`<p class="wrong">${t.needShopper}</p>`;
  const { key } = entry.flag;
  const told = explain(flags.snapshot, key, shopper);
  if (told === null) return html`<p class="wrong">${t.unknownFlag}</p>`;
  return html`<p class="lead">${badge(told.enabled ? "on" : "off")} ${reasonTexts(view.locale, told)}</p>
    <dl class="facts">
      <div>
        <dt>${t.ruleThatDecided}</dt>
        <dd><code>${told.reason}</code></dd>
      </div>
      <div>
        <dt>${t.bucket}</dt>
        <dd>${bucketWords(view, told)}</dd>
      </div>
      <div>
        <dt>${t.namedBy}</dt>
        <dd>${namedBy(view, shopper, { entry, flags })}</dd>
      </div>
      ${routesOf(key, routes).map(
        (route) =>
          html`<div>
            <dt>${t.modeThere(route.name)}</dt>
            <dd>${modeBadge(decideMode(flags.snapshot, route.flags, shopper).mode)}</dd>
          </div>`,
      )}
    </dl>`;
}

function bucketWords(view: View, { bucket, threshold }: Explanation): string {
  const t = flagsTexts.in(view.locale);
  if (bucket === null || threshold === null) return t.notAsked;
  return t.bucketOf(view.format.count(bucket), view.format.count(threshold));
}

function namedBy(view: View, shopper: string, { entry, flags }: Pick<Asked, "entry" | "flags">): string {
  const { flag } = entry;
  const lists = listNames.filter((list) => flag[list]?.has(shopper) === true);
  const inAudience = flag.audience !== null && flags.state.audiences.get(flag.audience)?.has(shopper) === true;
  const names = [...lists, ...(inAudience ? [`audience ${flag.audience}`] : [])];
  return names.length === 0 ? flagsTexts.in(view.locale).none : names.join(", ");
}
