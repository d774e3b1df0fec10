import type { Group } from "../../../account/index.ts";
import type { Check } from "../../../admin/index.ts";
import { say } from "../../../lib/sentence.ts";

/** From this share of items on nothing that the candidate does at a place can soon be told from legacy's own noise. */
const blindRate = 0.9;
/** Fewer say nothing of a share. */
const enough = 20;

type Seen = Pick<Group, "path" | "item_kind" | "count" | "noise_rate" | "exceeds_noise">;

/** Of what sides did outside: where legacy nearly always differs from itself, and so hides the candidate. */
export function twinChecks(route: string, effects: readonly Seen[]): readonly Check[] {
  const name = `${route}: twin`;
  return effects.flatMap(({ path, item_kind: kind, count, noise_rate: rate, exceeds_noise: exceeds }): Check[] => {
    if (rate === null || rate < blindRate || exceeds !== false || count < enough) return [];
    const percent = Math.floor(rate * 100);
    const said = say(
      `legacy differs from itself in ${percent} % of ${kind} at ${path}, so what the candidate does there does not count: a rule that masks what changes there lets the rest count`,
      `o legacy difere de si mesmo em ${percent} % de ${kind} em ${path}, por isso o que o candidate faz ali não conta: uma regra que mascara o que muda ali deixa o resto contar`,
    );
    return [{ name, status: "warn", ...said }];
  });
}
