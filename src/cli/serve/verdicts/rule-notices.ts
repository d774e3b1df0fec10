import type { Check } from "../../../admin/index.ts";
import { say, type Sentence } from "../../../lib/sentence.ts";
import { expiredRules } from "../../../compare/index.ts";
import type { Documents } from "../../../flags/index.ts";
import type { Rule } from "../../../model/index.ts";
import { storedRules, type StoredRules } from "../registry/stored-rules.ts";
import { bothRules } from "./rules.ts";

/** The rules of the file and of the store, by the documents as they are; read anew where these have changed. */
export function createKnownRules(ofFile: readonly Rule[], documents: () => Documents): () => StoredRules {
  let of: Documents | null = null;
  let known: StoredRules = { rules: ofFile, unreadable: [] };
  return () => {
    const now = documents();
    if (now === of) return known;
    of = now;
    const { rules, unreadable } = storedRules(now);
    known = { rules: bothRules(ofFile, rules), unreadable };
    return known;
  };
}

/** What is to be said of a rule that does nothing any more; only of those. */
export function expiredText({ id, owner, expiresAt }: Rule): Sentence {
  const since = new Date(expiresAt ?? 0).toISOString().slice(0, 10);
  return say(
    `Rule "${id}" (${owner}) has expired on ${since} and does nothing: what it hid counts again`,
    `A regra "${id}" (${owner}) venceu em ${since} e não faz nada: o que ela escondia conta de novo`,
  );
}

/** Of rules that do nothing. */
export function ruleNotices(known: StoredRules, now: number): readonly Sentence[] {
  return idleRules(known, now).map(({ said }) => said);
}

export function ruleChecks(known: StoredRules, now: number): readonly Check[] {
  const idle = idleRules(known, now);
  if (idle.length > 0) return idle.map(({ id, said }) => ({ name: `rule ${id}`, status: "warn", ...said }));
  const { length } = known.rules;
  const said =
    length === 0
      ? say("there are none", "não há nenhuma")
      : say(`${length}, none has expired`, `${length}, nenhuma venceu`);
  return [{ name: "rules", status: "ok", ...said }];
}

function idleRules({ rules, unreadable }: StoredRules, now: number) {
  return [
    ...expiredRules(rules, now).map((rule) => ({ id: rule.id, said: expiredText(rule) })),
    ...unreadable.map((id) => ({
      id,
      said: say(
        `Rule "${id}" of the store cannot be read and does nothing: put it whole`,
        `A regra "${id}" do store não pode ser lida e não faz nada: grave-a inteira`,
      ),
    })),
  ];
}
