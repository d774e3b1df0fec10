import type { Book } from "./book.ts";
import { hiddenIn, pageOf, type AccountReads } from "./reads.ts";

/** What this instance itself has seen since its start: the answer while the archive cannot be asked. */
export function readsOf(book: Pick<Book, "ledger" | "groups" | "group" | "exchange" | "series">): AccountReads {
  return {
    ledger: async (route) => ({ ...book.ledger(route), source: "memory", cells: null }),
    groups: async (query) => pageOf("memory", book.groups(query.route), query),
    group: async (signature) => book.group(signature),
    exchange: async (id) => book.exchange(id),
    hiddenBy: async () => hiddenIn(book.series().counters),
  };
}
