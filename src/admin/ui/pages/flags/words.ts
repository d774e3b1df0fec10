import { html } from "hono/html";
import type { FlagEntry, FlagsInForce } from "../../../deps.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { flagsTexts } from "./texts.ts";

/** What a flag says, as a sentence without verb: "on for 5 % and 3 shoppers, never for 2 shoppers". Lists as counts. */
function stateWords(view: View, { flag }: FlagEntry, { snapshot }: Pick<FlagsInForce, "snapshot">): string {
  const t = flagsTexts.in(view.locale);
  const failOn = snapshot.roles.get(flag.key)?.failOn === true;
  if (flag.enabled === false) return t.off;
  const who = whoIsOn(view, flag, failOn);
  const never = flag.denylist.size === 0 ? "" : `, ${t.never(t.shoppers(view.format.count(flag.denylist.size)))}`;
  if (who === null) return t.off;
  if (who !== t.everybody) return `${t.onAll(who)}${never}`;
  if (isUnset(flag)) return failOn ? t.untilSaid : `${t.onEverybody} ${t.byDefault}`;
  return `${t.onEverybody}${never}`;
}

/** null: nobody. */
function whoIsOn(view: View, flag: FlagEntry["flag"], failOn: boolean): string | null {
  const t = flagsTexts.in(view.locale);
  const { percent, allowlist, forceOn, audience, enabled } = flag;
  const counted = (n: number): string => t.shoppers(view.format.count(n));
  const isClosed = allowlist !== null && (allowlist.size > 0 || percent === null);
  const all = enabled === true || flag.default || failOn;
  const share = isClosed
    ? allowlist.size === 0
      ? null
      : t.listed(view.format.count(allowlist.size))
    : percent !== null
      ? percentWords(view, percent)
      : all
        ? t.everybody
        : null;
  const base = share === null || audience === null ? share : t.within(share, audience);
  if (forceOn.size === 0 || base === t.everybody) return base;
  return base === null ? counted(forceOn.size) : `${base} ${t.and} ${counted(forceOn.size)}`;
}

function percentWords(view: View, percent: number): string | null {
  if (percent === 0) return null;
  return percent === 100 ? flagsTexts.in(view.locale).everybody : percentText(view, percent);
}

/** As it was written: no place more, none less. */
export function percentText({ locale }: View, percent: number): string {
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(percent)} %`;
}

function isUnset({ percent, allowlist, audience, enabled, denylist, forceOn }: FlagEntry["flag"]): boolean {
  return [percent, allowlist, audience, enabled].every((said) => said === null) && denylist.size + forceOn.size === 0;
}

/** The same with a badge that says on or off, and whatever overrides it. */
export function stateMarkup(view: View, entry: FlagEntry, flags: Pick<FlagsInForce, "snapshot" | "store">): Markup {
  const t = flagsTexts.in(view.locale);
  const { key } = entry.flag;
  const { forceOff, held, roles } = flags.snapshot;
  const words = stateWords(view, entry, flags);
  const forced = roles.get(key)?.failOn !== true && forceOff.has(key);
  const isOff = words === t.off || forced;
  const unread = flags.store.unreadable.includes(key) ? html`<br /><strong class="bad">${t.unread}</strong>` : null;
  return html`<span class="says ${isOff ? "is-off" : "is-on"}"
      >${forced ? html`<strong>${held.has(key) ? t.heldOff : t.forcedOff}</strong><br /><s>${words}</s>` : words}</span
    >${unread}`;
}

/** Who has the say, and whom it overrides. */
export function sourceMarkup(view: View, { source, overridden }: FlagEntry): Markup {
  const t = flagsTexts.in(view.locale);
  const word = (of: FlagEntry["source"]): string =>
    of === "env" ? t.env : of === "code" ? t.code : of === "snapshot" ? t.snapshot : t.store;
  const over = overridden.map(word).join(", ");
  return html`${word(source)}${over === "" ? null : html`<br /><small>${t.over(over)}</small>`}`;
}
