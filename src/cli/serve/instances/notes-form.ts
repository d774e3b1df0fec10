import { z } from "zod";
import { standingOf, type OpenExchange, type OpenItem, type Standing } from "../../../exchanges/index.ts";

/** What is noted of an exchange, with hashes for messages and shoppers. Nothing in it names anybody. */

const standing = z.enum(["legacy", "held", "cutover", "reverse"]);

const exchangeForm = z.object({
  kind: z.literal("exchange"),
  exchange: z.string(),
  traceId: z.string(),
  atMs: z.number(),
  items: z.array(z.tuple([standing, z.string().nullable(), z.string().nullable()])),
});

/** Under a message or a shopper: how all items of theirs stand, and the last exchange. */
const personForm = z.object({
  kind: z.literal("person"),
  exchange: z.string(),
  atMs: z.number(),
  phone: z.string().nullable(),
  standings: z.array(standing),
});

const form = z.discriminatedUnion("kind", [exchangeForm, personForm]);

export type NotedExchange = z.infer<typeof exchangeForm>;
export type NotedPerson = z.infer<typeof personForm>;

/** Without the key of the hashes none of these can be guessed. */
export interface Hashes {
  message(id: string | null): string | null;
  shopper(id: string | null): string | null;
}

/** A note has 4 KiB, an item some 60 bytes. */
const maxItems = 50;

export function exchangeNote({ exchange, traceId, items }: OpenExchange, hashes: Hashes): NotedExchange {
  const all = items.map((item) => [standingOf(item), hashes.message(item.id), hashes.shopper(item.shopper)] as const);
  const kept =
    all.length <= maxItems
      ? all
      : // Of a delivery of very many it is only known how they stand: what differs is in doubt.
        [...new Set(all.map(([standing]) => standing))].map((standing) => [standing, null, null] as const);
  return { kind: "exchange", exchange, traceId, atMs: Date.now(), items: kept.map((item) => [...item]) };
}

export function personNote(
  { exchange }: OpenExchange,
  { phone, standings }: { readonly phone: string | null; readonly standings: ReadonlySet<Standing> },
): NotedPerson {
  return { kind: "person", exchange, atMs: Date.now(), phone, standings: [...standings] };
}

/** In the place of an exchange, under a trace that several have. */
export const sharedTrace = "shared";

/** Of the note of the last that is held for somebody of whom no number is known. */
export const namelessName = "nameless";

/** null: of another version. */
export function readNote(text: string): NotedExchange | NotedPerson | null {
  try {
    return form.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A note as an exchange; one under a message or a shopper is an exchange that nothing else leads to. */
export function openOf(
  note: NotedExchange | NotedPerson,
  { owner, name }: { readonly owner: string; readonly name: string },
): OpenExchange {
  if (note.kind === "exchange") {
    const { exchange, traceId, items } = note;
    return { exchange, traceId, route: "", items: items.map(([how, id, shopper]) => openItem(how, { id, shopper })) };
  }
  const [kind, hash = null] = name.split(":");
  const person = kind === "shopper" ? { id: null, shopper: hash } : { id: hash, shopper: null };
  const own = `${name}@${owner}`;
  return { exchange: own, traceId: own, route: "", items: note.standings.map((how) => openItem(how, person)) };
}

function openItem(standing: Standing, person: Pick<OpenItem, "id" | "shopper">): OpenItem {
  const of = { ...person, nameless: false, phone: null };
  switch (standing) {
    case "legacy":
      return { ...of, mode: "legacy", compared: false };
    case "held":
      return { ...of, mode: "dual-run", compared: true };
    case "cutover":
    case "reverse":
      return { ...of, mode: "cutover", compared: false };
  }
}
