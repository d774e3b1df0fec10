import { html } from "hono/html";
import { reachableModes } from "../../flags/index.ts";
import type { FlagsInForce, RouteEntry } from "../deps.ts";
import type { Markup } from "./markup.ts";
import type { View } from "./page.ts";
import { modeBadge } from "./parts.ts";
import { texts } from "./texts.ts";

/** What shoppers whom a list or a percent picks may get on a route besides its mode. */
export function otherModes(view: View, { snapshot }: Pick<FlagsInForce, "snapshot">, route: RouteEntry): Markup | null {
  const others = [...reachableModes(snapshot, route.flags)].filter((mode) => mode !== route.mode);
  if (others.length === 0) return null;
  return html`<span class="others"
    ><span class="muted">${texts.in(view.locale).otherModes}</span> ${others.map((mode) => modeBadge(mode))}</span
  >`;
}
