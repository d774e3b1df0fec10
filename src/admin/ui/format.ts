import { html } from "hono/html";
import type { Locale } from "./locale.ts";
import type { Markup } from "./markup.ts";

/** Numbers, durations and times as the reader's language writes them. null is a dash: there is none. */
export interface Format {
  readonly count: (n: number | null) => string;
  /** Large numbers short: `12.3k`. */
  readonly short: (n: number) => string;
  /** Of a ratio; with as many places as its size needs. */
  readonly percent: (ratio: number | null) => string;
  /** Milliseconds; two significant places are enough to compare two sides. */
  readonly ms: (value: number | null) => string;
  /** Of so many milliseconds, in its two largest units: `2 h 5 min`. */
  readonly duration: (ms: number) => string;
  readonly bytes: (n: number) => string;
  /** UTC, as the server knows no other; a script shows it in the viewer's zone. */
  readonly time: (at: number | string) => Markup;
}

const dash = "–";

export function createFormat(locale: Locale): Format {
  const counted = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const placed = [0, 1, 2, 3].map(
    (places) => new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }),
  );
  const fixed = (value: number, places: number): string => placed[places]?.format(value) ?? String(value);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  return {
    count: (n) => (n === null ? dash : counted.format(n)),
    short: (n) => (Math.abs(n) < 10_000 ? counted.format(n) : compact.format(n)),
    percent(ratio) {
      if (ratio === null) return dash;
      const share = ratio * 100;
      const size = Math.abs(share);
      return `${fixed(share, size === 0 || size >= 99.95 ? 0 : size < 0.1 ? 3 : size < 10 ? 2 : 1)} %`;
    },
    ms(value) {
      if (value === null) return dash;
      const size = Math.abs(value);
      return fixed(value, size < 10 ? 2 : size < 100 ? 1 : 0);
    },
    duration: (ms) => durationText(ms),
    bytes: (n) =>
      n < 1024 ? `${n} B` : n < 1_048_576 ? `${fixed(n / 1024, 1)} KiB` : `${fixed(n / 1_048_576, 1)} MiB`,
    time(at) {
      const iso = new Date(at).toISOString();
      return html`<time datetime="${iso}">${date.format(new Date(at))} UTC</time>`;
    },
  };
}

/** The same in both languages: the units are symbols. */
function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = units.findIndex(([n]) => n > 0);
  if (first === -1) return "0 s";
  return units
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");
}
