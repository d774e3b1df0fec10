import { z } from "zod";
import { exitFailed, WrongUse } from "./command.ts";
import { adminCommand, type Session } from "./frame.ts";
import { table } from "./table.ts";

const entryShape = z.looseObject({
  seq: z.number(),
  at: z.string(),
  actor: z.looseObject({ kind: z.string(), name: z.string() }),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
  hash: z.string(),
});

const shape = z.looseObject({ entries: z.array(entryShape), next: z.number().nullable() });

type Entry = z.infer<typeof entryShape>;

/** By the name of the query. */
const filters = {
  subject: { takes: "KEY", help: "of one flag, audience, rule or signature; --flag is the same" },
  actor: { takes: "NAME", help: "of one person, token or process" },
  action: {
    takes: "ACTION",
    help: "flag-set, flag-killed, flag-removed, audience-set, rule-set, triage-set, kill, ...",
  },
  from: { takes: "TIME", help: "since a day or a time, ISO 8601 in UTC" },
  to: { takes: "TIME", help: "up to a day or a time" },
  limit: { takes: "N", help: "at most so many, 100 where not given" },
} as const;

export const audit = adminCommand(
  {
    name: "audit",
    takes: "[check] [SEQ:HASH]",
    summary: "who changed what, the newest first; check: whether every entry follows from the one before",
    about: [
      "check SEQ:HASH, as reports end with it, also says whether that entry is in it. Exits 1 where something is wrong.",
    ],
    options: {
      flag: { takes: "KEY", help: "of one flag" },
      ...filters,
      before: { takes: "SEQ", help: "older than this entry" },
    },
    examples: ["--flag WHATSAPP_DUAL_RUN --limit 10", "--actor on-call --from 2026-05-01", "--json", "check"],
  },
  async (session) => {
    const { given, ask, print, look } = session;
    const [first, mark] = given.values;
    if (first === "check") return checkAudit(session, mark);
    if (first !== undefined) throw new WrongUse(`audit takes check or options: it is given "${first}"`);
    const query = new URLSearchParams();
    for (const name of Object.keys(filters)) {
      const value = given.text(name) ?? (name === "subject" ? given.text("flag") : undefined);
      if (value !== undefined) query.set(name, value);
    }
    const before = given.whole("before");
    if (before !== undefined) query.set("before_seq", String(before));
    const answer = await ask({ path: `/api/audit?${query.toString()}`, shape });
    const { entries, next } = answer;
    const titles = ["SEQ", "TIME", "ACTOR", "ACTION", "SUBJECT", "CHANGE", "REASON"];
    print(answer, () => [
      entries.length === 0 ? "no entry" : table(titles, entries.map(row), look),
      ...(next === null ? [] : ["", `older ones: --before ${next}`]),
    ]);
    return 0;
  },
);

const checkShape = z.looseObject({ entries: z.number(), broken_at: z.number().nullable() });

/** The chain, and whether the entry that a report names is the one that it was made of. */
async function checkAudit({ ask, print }: Session, mark: string | undefined): Promise<number> {
  const [, seq = "", hash = ""] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(mark ?? "") ?? [];
  if (mark !== undefined && hash === "") throw new WrongUse("check takes SEQ:HASH, as a report ends with it");
  const { entries, broken_at: brokenAt } = await ask({
    path: "/api/audit/check",
    timeoutMs: checkMs,
    shape: checkShape,
  });
  const found = hash === "" ? null : await entryAt(Number(seq), ask);
  const isThere = hash === "" ? null : found?.hash === hash;
  print({ entries, broken_at: brokenAt, reported: isThere }, () => [
    brokenAt === null
      ? `${entries} entries: each follows from the one before`
      : `entry ${brokenAt} does not follow from the one before, or is not what was written`,
    ...(isThere === null ? [] : [`entry ${seq} ${isThere ? "is" : "is not"} the one that the report was made of`]),
  ]);
  return brokenAt === null && isThere !== false ? 0 : exitFailed;
}

const checkMs = 60_000;

async function entryAt(seq: number, ask: Session["ask"]): Promise<Entry | null> {
  const { entries } = await ask({ path: `/api/audit?limit=1&before_seq=${seq + 1}`, shape });
  return entries.find((entry) => entry.seq === seq) ?? null;
}

function row({ seq, at, actor, action, subject, before, after, reason }: Entry): readonly string[] {
  const time = at.replace("T", " ").replace(/\..*$/, "");
  return [
    String(seq),
    time,
    `${actor.kind} ${actor.name}`,
    action,
    subject || "-",
    changeText(before, after),
    reason ?? "",
  ];
}

/** Stamped with each write; and members by hash, which their counts sum up. */
const beside: ReadonlySet<string> = new Set(["key", "version", "updatedAt", "updatedBy", "added", "removed"]);

/** What a flag says that says nothing; lists as counts. */
const unsaid: Readonly<Record<string, unknown>> = {
  denylist: 0,
  forceOn: 0,
  description: "",
  default: false,
  bucketing: "murmur3",
};

function changeText(before: unknown, after: unknown): string {
  const [had, has] = [membersOf(before), membersOf(after)];
  if (has === null) return `${oneLine(before)} -> ${oneLine(after)}`;
  const names = Object.keys({ ...had, ...has }).filter((name) => !beside.has(name));
  const wasSaid = (name: string): unknown => (had === null ? (unsaid[name] ?? null) : (had[name] ?? null));
  return names
    .map((name) => [name, oneLine(wasSaid(name)), oneLine(has[name])] as const)
    .filter(([, from, to]) => from !== to && !(had === null && to === "{}"))
    .map(([name, from, to]) => `${name} ${from} -> ${to}`)
    .join(", ");
}

/** Of a whole record that there was. */
function oneLine(value: unknown): string {
  const isRecord = value !== null && typeof value === "object" && "enabled" in value;
  return isRecord ? "stored" : JSON.stringify(value ?? null);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}
