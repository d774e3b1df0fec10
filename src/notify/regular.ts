import type { Cursor } from "./cursor.ts";

/** When regular messages go out. */
export interface Clockwork {
  /** Minutes after midnight. */
  readonly atMinutes: number;
  /** IANA name. */
  readonly timeZone: string;
}

export interface Regular {
  /** What it is: the same from day to day. */
  readonly mark: string;
  readonly every: "day" | "week";
}

interface Local {
  /** ISO 8601. */
  readonly day: string;
  readonly monday: string;
  readonly minutes: number;
  /** 0: Monday. */
  readonly weekday: number;
}

/** What begins later than this after its time waits for the next. */
const firstMinutes = 10;
const dayMs = 86_400_000;

/** What is due now, each with the day it is of. What was never seen before and is late waits for its next turn. */
export function dueNow(
  days: Cursor["days"],
  all: readonly Regular[],
  { nowMs, atMinutes, timeZone }: Clockwork & { readonly nowMs: number },
) {
  const { day, monday, minutes, weekday } = localOf(nowMs, timeZone);
  const due: { readonly mark: string; readonly day: string }[] = [];
  const next: Record<string, string> = {};
  for (const { mark, every } of all) {
    const of = every === "day" ? day : monday;
    const before = days[mark];
    const lateBy = minutes - atMinutes + (every === "day" ? 0 : weekday * 1_440);
    if (before !== undefined) next[mark] = before;
    if (lateBy < 0 || before === of) continue;
    next[mark] = of;
    if (before !== undefined || lateBy < firstMinutes) due.push({ mark, day: of });
  }
  return { due, days: next };
}

function localOf(nowMs: number, timeZone: string): Local {
  const form = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const part = new Map(form.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const day = `${part.get("year")}-${part.get("month")}-${part.get("day")}`;
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = new Date(Date.parse(`${day}T00:00:00Z`) - weekday * dayMs).toISOString().slice(0, 10);
  return { day, monday, weekday, minutes: Number(part.get("hour")) * 60 + Number(part.get("minute")) };
}
