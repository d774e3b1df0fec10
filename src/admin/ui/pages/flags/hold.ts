import { html } from "hono/html";
import { holdsIn, type Hold } from "../../../../flags/index.ts";
import type { FlagsInForce, RouteEntry } from "../../../deps.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { flagsTexts } from "./texts.ts";

interface Where {
  readonly routes: readonly RouteEntry[];
  readonly nowMs: number;
}

/** The rollout that says what a flag is to be, or keeps it; null: none does. */
export function holdOn(key: string, { state }: Pick<FlagsInForce, "state">, { routes, nowMs }: Where): Hold | null {
  const holds = holdsIn(state.documents, {
    routes: routes.map(({ flags }) => flags),
    at: new Date(nowMs).toISOString(),
  });
  const ofKey = [...holds.values()].filter(({ keys }) => keys.has(key));
  return ofKey.find(({ of }) => of === "changes") ?? ofKey.find(({ of }) => of === "removal") ?? null;
}

export function holdBadge(view: View, { rollout, status }: Hold): Markup {
  const t = flagsTexts.in(view.locale);
  return html`<a class="lock" href="/rollouts/${encodeURIComponent(rollout)}">${t.under(rollout, status)}</a>`;
}
