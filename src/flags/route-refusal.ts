import { say, type Sentence } from "../lib/sentence.ts";
import type { RouteFlags } from "../model/index.ts";
import { MISSING_AUDIENCE, type CompiledFlag } from "./compile.ts";
import type { Edit } from "./edit.ts";
import { describeCutOver, newlyCutOver, type InForce, type Step } from "./newly-cut-over.ts";
import { canBeOff, canBeOn } from "./reach.ts";

/** Why a write may not do to the flags of a route what it does. null: it may. */
export function routeRefusal(
  edits: readonly Edit[],
  step: Step<InForce>,
  { route, mayReverse }: { readonly route: RouteFlags; readonly mayReverse: boolean },
): Sentence | null {
  return (
    failOnRefusal(edits, step, route) ??
    removalRefusal(edits, step, route) ??
    cutoverRefusal(edits, step, route) ??
    (mayReverse ? null : reverseShadowRefusal(step, route))
  );
}

function failOnRefusal(edits: readonly Edit[], { before, after }: Step<InForce>, route: RouteFlags): Sentence | null {
  for (const key of [route.shadow, route.dualRun]) {
    if (isClosedOnNobody(after.get(key)) && !isClosedOnNobody(before.get(key))) {
      return say(
        `\`${key}\` is a shadow or dual-run flag, and with an empty list it would be off for everybody: ` +
          `this would cut over; kill the \`${route.enabled}\` flag, or say \`enabled: false\` to cut over`,
        `\`${key}\` é uma flag de shadow ou dual-run, e com uma lista vazia ficaria desligada para todos: ` +
          `isto faria cutover; desligue a flag \`${route.enabled}\`, ou diga \`enabled: false\` para fazer cutover`,
      );
    }
    if (isOffForSome(after.get(key)) && !isOffForSome(before.get(key)) && !edits.some((edit) => saysOff(edit, key))) {
      return say(
        `\`${key}\` is a shadow or dual-run flag that is on for everybody, and would be off for somebody: ` +
          `this would cut over; deny on the \`${route.enabled}\` flag, or set the whole list of this flag to cut over`,
        `\`${key}\` é uma flag de shadow ou dual-run ligada para todos, e ficaria desligada para alguém: ` +
          `isto faria cutover; negue na flag \`${route.enabled}\`, ou defina a lista inteira desta flag para fazer cutover`,
      );
    }
  }
  return null;
}

/** The record of `enabled` is all that keeps the environment, or the default, from cutting over. */
function removalRefusal(edits: readonly Edit[], step: Step<InForce>, route: RouteFlags): Sentence | null {
  const key = route.enabled;
  if (!edits.some((edit) => edit.kind === "remove" && edit.key === key)) return null;
  const cut = cutsOver(step.after, route) ? newlyCutOver(step, route) : null;
  if (cut === null) return null;
  const whom = describeCutOver(cut);
  return say(
    `without its record \`${key}\` would be on for ${whom.text}, for whom its shadow and dual-run flags are off: ` +
      "this would cut over; say `enabled: true` to cut over",
    `sem o registro \`${key}\` ficaria ligada para ${whom.pt}, para quem as flags de shadow e dual-run estão desligadas: ` +
      "isto faria cutover; diga `enabled: true` para fazer cutover",
  );
}

/** Flags that are off for some each, and come together in shoppers whom nobody meant to cut over. */
function cutoverRefusal(edits: readonly Edit[], step: Step<InForce>, route: RouteFlags): Sentence | null {
  if (!cutsOver(step.after, route) || saysCutover(edits, step, route)) return null;
  const cut = newlyCutOver(step, route);
  if (cut === null) return null;
  const [whom, way] = [describeCutOver(cut), wayTo(edits, route)];
  return say(
    `\`${route.shadow}\` and \`${route.dualRun}\` would both be off for ${whom.text}, not cut over so far: ` +
      `this would cut over; ${way.text}`,
    `\`${route.shadow}\` e \`${route.dualRun}\` ficariam ambas desligadas para ${whom.pt}, até agora sem cutover: ` +
      `isto faria cutover; ${way.pt}`,
  );
}

/** How whoever means to cut over comes by it. */
function wayTo(edits: readonly Edit[], { shadow, dualRun }: RouteFlags): Sentence {
  return edits.some((edit) => "key" in edit && [shadow, dualRun].includes(edit.key))
    ? say(
        "say both flags in one write to cut over, as `sombra cutover` and the page of flags (who answers) do",
        "diga as duas flags em uma gravação para fazer cutover, como fazem `sombra cutover` e a página de flags (quem responde)",
      )
    : say(
        "to cut over, bring legacy back (`sombra cutover --to-shadow`, or who answers on the page of flags), make this change, then cut over",
        "para fazer cutover, traga o legacy de volta (`sombra cutover --to-shadow`, ou quem responde na página de flags), faça esta mudança e depois o cutover",
      );
}

/**
 * Whether a cutover is what the write says: both flags are given a value by which they are off, or `enabled: false`, or
 * percent 0, is what both say once it is made, so that the `enabled` flag alone has the say of whom the candidate serves.
 */
function saysCutover(edits: readonly Edit[], { before, after }: Step<InForce>, route: RouteFlags): boolean {
  const pair = [route.shadow, route.dualRun];
  if (pair.every((key) => edits.some((edit) => saysOff(edit, key)))) return true;
  if (!pair.every((key) => isPlainlyOff(after.get(key)))) return false;
  const hasBegun = pair.every((key) => isPlainlyOff(before.get(key))) && cutsOver(before, route);
  return hasBegun || edits.some((edit) => "key" in edit && [route.enabled, ...pair].includes(edit.key));
}

function isPlainlyOff(flag: CompiledFlag | undefined): boolean {
  return flag?.enabled === false || flag?.milliPercent === 0;
}

function reverseShadowRefusal({ before, after }: Step<InForce>, route: RouteFlags): Sentence | null {
  const key = route.reverseShadow;
  if (!isOnForSome(after.get(key)) || isOnForSome(before.get(key))) return null;
  return say(
    `\`${key}\` would turn reverse shadow on, and legacy's calls have not been seen tied to their exchanges, so that what it ` +
      "sends then would go out: compare in shadow or dual-run until `sombra doctor` says that they are, or give the route a twin",
    `\`${key}\` ligaria o reverse shadow, e as chamadas do legacy ainda não foram vistas ligadas às suas exchanges, de modo que o ` +
      "que ele enviasse sairia: compare em shadow ou dual-run até `sombra doctor` dizer que estão, ou dê um twin à rota",
  );
}

/** Whether the edit gives the flag a value by which it is off for somebody. */
function saysOff(edit: Edit, key: string): boolean {
  if ((edit.kind !== "put" && edit.kind !== "patch") || edit.key !== key) return false;
  const { enabled, percent = null, allowlist = null, denylist = [], audience = null } = edit.fields;
  return enabled === false || percent !== null || allowlist !== null || denylist.length > 0 || audience !== null;
}

/** A list that lets somebody in has lost its last member, or the flag says so from the start. */
function isClosedOnNobody(flag: CompiledFlag | undefined): boolean {
  if (flag === undefined || flag.enabled === false) return false;
  const inAudience = flag.audience === MISSING_AUDIENCE ? null : flag.audience;
  return inAudience?.size === 0 || flag.allowlist?.size === 0;
}

/** Whether some shopper may be cut over; flags are looked at one by one. */
function cutsOver(flags: InForce, route: RouteFlags): boolean {
  const compared = [route.shadow, route.dualRun];
  return isOnForSome(flags.get(route.enabled)) && compared.every((key) => isOffForSome(flags.get(key)));
}

function isOnForSome(flag: CompiledFlag | undefined): boolean {
  return flag !== undefined && flag.enabled !== false && canBeOn(flag, false);
}

/** Of a shadow or dual-run flag. */
function isOffForSome(flag: CompiledFlag | undefined): boolean {
  return flag !== undefined && (flag.enabled === false || canBeOff(flag, true));
}
