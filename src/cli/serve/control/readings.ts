import type { Book } from "../../../account/index.ts";
import type { AdminDeps } from "../../../admin/index.ts";
import { decideMode } from "../../../flags/index.ts";
import { say, type Sentence } from "../../../lib/sentence.ts";
import type { StoreView } from "../../../registry/index.ts";
import type { Config } from "../../config/index.ts";
import type { ArchiveLine } from "./archive-line.ts";
import { egressNotices } from "./egress-checks.ts";
import type { KnownFlags } from "./known-flags.ts";
import type { Rollouts } from "../rollouts/options.ts";
import type { StoredRules } from "../registry/stored-rules.ts";
import { ruleNotices } from "../verdicts/rule-notices.ts";
import { silentText } from "../effects/silent-text.ts";
import { ageSeconds, unreadableText, whoseText } from "../store-text.ts";

interface Read extends Pick<Rollouts, "channels"> {
  readonly book: Pick<Book, "series">;
  readonly archive: ArchiveLine;
  readonly rules: () => StoredRules;
}

/** What the admin port says of routes, and of what is not as it should be. */
export function readings(
  config: Config,
  known: KnownFlags,
  { book, archive, rules, channels }: Read,
): Pick<AdminDeps, "keyOf" | "aliases" | "routes"> & { readonly degraded: () => readonly Sentence[] } {
  const aliases = new Map(config.flags.flatMap(({ alias, key }) => (alias === null ? [] : [[alias, key] as const])));
  return {
    aliases,
    keyOf: (name) => aliases.get(name) ?? name,
    routes() {
      const { snapshot } = known.now();
      return config.routes.map((route) => ({
        name: route.name,
        path: route.path,
        profile: route.profile,
        legacy: route.legacy.url,
        candidate: route.candidate?.url ?? null,
        flags: route.flags,
        mode: decideMode(snapshot, route.flags, null).mode,
      }));
    },
    degraded() {
      const { store, snapshot } = known.now();
      const degraded: Sentence[] = [];
      if (config.forceLegacy) {
        degraded.push(
          say("SOMBRA_FORCE_LEGACY keeps everything on legacy", "SOMBRA_FORCE_LEGACY mantém tudo no legacy"),
        );
      }
      if (!store.up) degraded.push(staleText(store, snapshot.version));
      else if (!store.writable) {
        const { kind, problem } = store;
        degraded.push(
          say(`The store (${kind}) takes no writes: ${problem}`, `O store (${kind}) não aceita gravações: ${problem}`),
        );
      }
      if (store.unreadable.length > 0) degraded.push(unreadableText(store));
      if (store.unkept !== null) {
        const why = store.unkept;
        degraded.push(
          say(`A restart may forget what is known: ${why}`, `Um reinício pode esquecer o que se sabe: ${why}`),
        );
      }
      if (known.killedHere())
        degraded.push(
          say(
            "The kill switch is thrown here and the other instances do not know it yet",
            "O kill switch está ligado aqui e as outras instâncias ainda não sabem",
          ),
        );
      const archiveProblem = archive.problem();
      if (archiveProblem !== null) degraded.push(archiveText(archiveProblem));
      for (const { name, labels, value } of book.series().gauges) {
        if (name === "sombra_candidate_silent" && value === 1) degraded.push(silentText(labels.route ?? ""));
      }
      const routes = config.routes.map(({ name }) => name);
      return [
        ...degraded,
        ...channels.degraded(),
        ...ruleNotices(rules(), Date.now()),
        ...egressNotices(book.series(), routes),
      ];
    },
  };
}

function staleText(store: StoreView, version: number): Sentence {
  const age = `${Math.round(ageSeconds(store))} s`;
  const since =
    store.confirmedAt === null
      ? say(`never confirmed since the start ${age} ago`, `nunca confirmadas desde o início há ${age}`)
      : say(`stale for ${age}`, `velhas há ${age}`);
  const { kind, problem } = store;
  const whose = whoseText(version);
  return say(
    `The store (${kind}) is not up, ${whose.text}, ${since.text}: ${problem ?? "no answer"}`,
    `O store (${kind}) está fora, ${whose.pt}, ${since.pt}: ${problem ?? "sem resposta"}`,
  );
}

function archiveText(problem: string): Sentence {
  return say(
    `The archive is not up, ledger and divergences are this instance's own since its start: ${problem}`,
    `O arquivo está fora, o livro-razão e as divergências são só desta instância desde o início: ${problem}`,
  );
}
