import { html, raw } from "hono/html";
import type { Markup } from "./markup.ts";
import type { View } from "./page.ts";
import type { Topic } from "./marks.ts";

/** Parts of pages as they were rendered last, for all who would be shown the same. */
export interface Rendered {
  /** `of`: what it is made of, as a text that changes with it. */
  get(
    part: { readonly path: string; readonly of: string },
    view: View,
    render: () => Promise<Markup> | Markup,
  ): Promise<Markup>;
  /** Something was changed: nothing rendered before is shown to whoever changed it. */
  forget(): void;
}

const freshMs = 1_000;
const maxKept = 200;

export function createRendered(now: () => number): Rendered {
  const kept = new Map<string, { readonly atMs: number; readonly of: string; readonly text: Promise<string> }>();
  return {
    async get({ path, of }, view, render) {
      const roles = (["operate", "approve"] as const).filter((role) => view.may(role));
      const key = `${path}?${view.search} ${view.locale} ${roles.join()}`;
      const known = kept.get(key);
      if (known?.of === of && now() - known.atMs < freshMs) return raw(await known.text);
      const text = Promise.resolve(render()).then(String);
      kept.delete(key);
      kept.set(key, { atMs: now(), of, text });
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKept) break;
        kept.delete(oldest);
      }
      // What failed is tried again by whoever asks next.
      text.catch(() => kept.delete(key));
      return raw(await text);
    },
    forget: () => kept.clear(),
  };
}

/** Around a live part: a script fetches it again when one of its topics changes. */
export function liveRegion(address: string, topics: readonly Topic[], content: Markup): Markup {
  return html`<div
    class="live"
    id="${idOf(address)}"
    data-live="${topics.join(" ")}"
    hx-get="${address}"
    hx-trigger="live"
    hx-swap="innerMorph"
    hx-sync="this:replace"
  >
    ${content}
  </div>`;
}

/** The same for the same part, whatever its query says. */
function idOf(address: string): string {
  return `live${(address.split("?")[0] ?? "").replaceAll(/[^\w-]/g, "-")}`;
}
