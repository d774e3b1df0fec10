import type { Series } from "../../../account/index.ts";
import { say, type Sentence } from "../../../lib/sentence.ts";
import type { Check } from "../../../admin/index.ts";
import { manners } from "../effects/egress-watch.ts";

type Counted = Pick<Series, "gauges" | "counters">;

/** Items that make a rule of what was seen. */
const enough = 3;

/** What the last compared items of a route were, of those in which legacy sent something. */
interface Seen {
  readonly called: number;
  /** All of them, the items of a rule included. */
  readonly total: number;
  /**
   * What every item shows, and there are enough of them.
   * - `doubled`: the candidate calls by legacy's address
   * - `silent`: nothing of the candidate was ever seen
   * - `untied`: its calls are seen, and tied to nothing
   */
  readonly rule: "doubled" | "silent" | "untied" | null;
}

/** How the candidate uses the egress, by what its calls have shown. */
export function egressChecks(series: Counted, route: string): readonly Check[] {
  return [useCheck(series, route), ...(hasSameToken(series) ? [tokenCheck(route)] : [])];
}

/** What of it a person is to know without asking. */
export function egressNotices(series: Counted, routes: readonly string[]): readonly Sentence[] {
  const notices = routes.flatMap((route) => {
    const seen = seenOf(series, route);
    if (!isGrave(seen) || (seen.rule === "silent" && isToldSilent(series, route))) return [];
    const { text, pt } = textOf(seen);
    return [say(`Route ${route}: ${text}`, `Rota ${route}: ${pt}`)];
  });
  const same = say(
    `Both sides show the same token at the egress: ${tokenAdvice.text}`,
    `Os dois lados mostram o mesmo token no egress: ${tokenAdvice.pt}`,
  );
  return hasSameToken(series) ? [...notices, same] : notices;
}

/** There is an alarm about it already. */
function isToldSilent({ gauges }: Counted, route: string): boolean {
  return gauges.some(
    ({ name, labels, value }) => name === "sombra_candidate_silent" && labels["route"] === route && value === 1,
  );
}

function useCheck(series: Counted, route: string): Check {
  const name = `${route}: egress`;
  const seen = seenOf(series, route);
  if (isGrave(seen)) return { name, status: "fail", ...textOf(seen) };
  if (seen.total > seen.called) return { name, status: "warn", ...textOf(seen) };
  const held = say(
    "what it sends is held, save for shoppers who are cut over",
    "o que ele envia é retido, salvo para shoppers em cutover",
  );
  if (seen.total > 0) {
    const said = say(
      `the candidate called in all of the last ${seen.total} compared items in which legacy sent; ${held.text}`,
      `o candidate chamou em todos os últimos ${seen.total} itens comparados em que o legacy enviou; ${held.pt}`,
    );
    return { name, status: "ok", ...said };
  }
  if (callsOfCandidate(series) > 0) {
    const said = say(
      `the candidate calls it; ${held.text}; no item in which legacy sent was compared`,
      `o candidate o chama; ${held.pt}; nenhum item em que o legacy enviou foi comparado`,
    );
    return { name, status: "ok", ...said };
  }
  const said = say(
    `no call of the candidate was seen since the start: if it sends anything, ${address.text}`,
    `nenhuma chamada do candidate foi vista desde o início: se ele envia algo, ${address.pt}`,
  );
  return { name, status: "warn", ...said };
}

export const address = say(
  "its base URL must be http://EGRESS/candidate/graph",
  "sua URL base deve ser http://EGRESS/candidate/graph",
);

function seenOf(series: Counted, route: string): Seen {
  const [called = 0, silent = 0, doubled = 0] = manners.map((manner) => {
    const gauge = series.gauges.find(
      ({ name, labels }) =>
        name === "sombra_egress_items" && labels["route"] === route && labels["candidate"] === manner,
    );
    return gauge?.value ?? 0;
  });
  const total = called + silent + doubled;
  if (total < enough || called > 0) return { called, total, rule: null };
  if (silent === 0) return { called, total, rule: "doubled" };
  return { called, total, rule: callsOfCandidate(series) > 0 ? "untied" : "silent" };
}

function isGrave({ rule }: Seen): boolean {
  return rule === "doubled" || rule === "silent";
}

function textOf({ called, total, rule }: Seen): Sentence {
  const last = `of the last ${total} compared items in which legacy sent`;
  const lasts = `dos últimos ${total} itens comparados em que o legacy enviou`;
  switch (rule) {
    case "doubled":
      return say(
        `in each ${last} everything came twice by /legacy and nothing by /candidate: the candidate uses legacy's address, and what it sends REACHES CUSTOMERS; ${address.text}`,
        `em cada um ${lasts} tudo veio duas vezes por /legacy e nada por /candidate: o candidate usa o endereço do legacy, e o que ele envia CHEGA AOS CLIENTES; ${address.pt}`,
      );
    case "silent":
      return say(
        `in each ${last} the candidate made no call at all: it sends nothing, or goes past the egress and REACHES CUSTOMERS; ${address.text}`,
        `em cada um ${lasts} o candidate não fez chamada nenhuma: não envia nada, ou passa por fora do egress e CHEGA AOS CLIENTES; ${address.pt}`,
      );
    case "untied":
      return say(
        `in each ${last} no call of the candidate could be told to be its: see that it passes traceparent or x-sombra-exchange on`,
        `em cada um ${lasts} não se pôde saber de nenhuma chamada do candidate de que item era: faça-o repassar traceparent ou x-sombra-exchange`,
      );
    case null:
      return say(
        `in ${total - called} ${last} the candidate made no call at all: sombra divergences shows what is missing`,
        `em ${total - called} ${lasts} o candidate não fez chamada nenhuma: sombra divergences mostra o que falta`,
      );
  }
}

const tokenAdvice = say(
  "a candidate that goes past the egress reaches customers with it; give the candidate a token that Meta does not know, and egress.graph.authorization the real one",
  "um candidate que passa por fora do egress chega aos clientes com ele; dê ao candidate um token que a Meta não conhece, e a egress.graph.authorization o verdadeiro",
);

function tokenCheck(route: string): Check {
  const said = say(
    `both sides show the same token: ${tokenAdvice.text}`,
    `os dois lados mostram o mesmo token: ${tokenAdvice.pt}`,
  );
  return { name: `${route}: token`, status: "warn", ...said };
}

function hasSameToken({ gauges }: Counted): boolean {
  return gauges.some(({ name, value }) => name === "sombra_egress_same_token" && value === 1);
}

/** How surely legacy's effects are known to be of their exchange; nothing, where there are too few to say. */
export function tieChecks({ counters }: Pick<Counted, "counters">): readonly Check[] {
  let total = 0;
  let weak = 0;
  for (const { name, labels, value } of counters) {
    if (name !== "sombra_legacy_effects_tied_total") continue;
    total += value;
    if (labels["by"] === "recipient") weak += value;
  }
  if (total < enough) return [];
  const all = say(
    `${total - weak} of ${total} that were compared are tied to their exchange by trace, exchange or message`,
    `${total - weak} de ${total} que foram comparadas estão ligadas à sua exchange por trace, exchange ou mensagem`,
  );
  const some = say(
    `${all.text}, ${weak} by nothing but their recipient: pass traceparent on`,
    `${all.pt}, ${weak} só pelo destinatário: repasse traceparent`,
  );
  return [{ name: "legacy's calls", status: "ok", ...(weak === 0 ? all : some) }];
}

/** Upstreams to which legacy writes what nothing ties to an exchange: in reverse shadow that is written twice. */
export function writeChecks({ counters }: Pick<Counted, "counters">): readonly Check[] {
  const byUpstream = new Map<string, { total: number; untied: number }>();
  for (const { name, labels, value } of counters) {
    if (name !== "sombra_legacy_writes_total") continue;
    const upstream = labels["upstream"] ?? "";
    const seen = byUpstream.get(upstream) ?? { total: 0, untied: 0 };
    byUpstream.set(upstream, seen);
    seen.total += value;
    if (labels["tied"] === "false") seen.untied += value;
  }
  return [...byUpstream].flatMap(([upstream, { total, untied }]) => {
    if (untied < enough) return [];
    const said = say(
      `legacy's calls to ${upstream} are not tied: ${untied} of ${total} writes bore no trace of an exchange; in reverse shadow they go out beside the candidate's: pass traceparent on there too`,
      `as chamadas do legacy a ${upstream} não estão ligadas: ${untied} de ${total} escritas não traziam rastro de uma exchange; em reverse shadow elas saem ao lado das do candidate: repasse traceparent ali também`,
    );
    return [{ name: `legacy's calls to ${upstream}`, status: "warn" as const, ...said }];
  });
}

function callsOfCandidate({ counters }: Counted): number {
  let total = 0;
  for (const { name, labels, value } of counters) {
    if (name === "sombra_effects_total" && labels["side"] === "candidate") total += value;
  }
  return total;
}
