import { say, type Spoken } from "../../../../lib/sentence.ts";
import type { Edit, RoutePreview } from "../../../../flags/index.ts";
import type { AuditEntry, WriteRequest } from "../../../../registry/index.ts";
import { cutoverChecks, failing } from "../../../calls/cutover.ts";
import type { Check } from "../../../check.ts";
import type { AdminDeps, AdminPreview, AdminWriteAnswer } from "../../../deps.ts";
import { sentenceOf } from "../../../problem.ts";
import type { Form, Sender } from "../../page.ts";

export type ChangeDeps = Pick<AdminDeps, "preview" | "write" | "audit" | "checks" | "probe" | "routes">;

/** What somebody wants changed, with the versions that the page showed. */
export interface Wanted {
  readonly edits: readonly Edit[];
  readonly expect: WriteRequest["expect"];
  /** Nobody is asked for checks: it is the way back. */
  readonly isWayOut?: boolean;
}

export type Change = Extract<AdminPreview, { kind: "change" }>;

/** What became of it. */
export type Outcome =
  | { readonly kind: "done"; readonly version: number }
  /** `ask`: it cuts over, and that is to be said once more. `moved`: something else has changed since it was looked at. */
  | {
      readonly kind: "look" | "ask" | "needs-reason" | "moved";
      readonly change: Change;
      readonly checks: readonly Check[];
    }
  | { readonly kind: "checks-fail"; readonly change: Change; readonly checks: readonly Check[] }
  | { readonly kind: "unchanged" }
  /** `cutsOver`: it would cut over without saying so. */
  | { readonly kind: "refused"; readonly why: Spoken; readonly cutsOver: boolean }
  | { readonly kind: "invalid"; readonly problems: readonly (Spoken | "reason")[] }
  /** Of a flag that somebody else wrote, with what they did; null: the audit does not say. */
  | { readonly kind: "conflict"; readonly actual: number; readonly since: readonly AuditEntry[] | null };

const maxReasonCharacters = 1_000;
const conflictsShown = 20;

/** `preview`: nothing is written. `confirmed`: whom it may cut over. */
function stepOf(form: Form): "preview" | "save" {
  return form.text("step") === "preview" ? "preview" : "save";
}

/** Looks at a change, asks once more where it cuts somebody over, and makes it. */
export async function change(
  deps: ChangeDeps,
  wanted: Wanted,
  { form, sender }: { readonly form: Form; readonly sender: Sender },
): Promise<Outcome> {
  const said = form.text("reason");
  if (said.length > maxReasonCharacters) return { kind: "invalid", problems: ["reason"] };
  const breakGlass = form.text("break_glass") === "yes";
  const step = stepOf(form);
  // What breaks the glass is only looked at without a reason, never done.
  const reason = breakGlass ? `Break-glass: ${said}` : said;
  const request = { edits: wanted.edits, actor: sender.actor, reason, expect: wanted.expect, breakGlass };
  const preview = await deps.preview(request);
  if (preview.kind !== "change") return refusalOf(deps, preview);
  if (step === "preview") return { kind: "look", change: preview, checks: [] };
  if (said === "") return { kind: "needs-reason", change: preview, checks: [] };
  const cuts = preview.routes.filter(({ cutOver }) => cutOver !== null);
  if (cuts.length > 0) {
    const checks = wanted.isWayOut === true ? [] : await checksOf(deps, cuts, breakGlass);
    const isRefused = !breakGlass && checks.some(failing);
    if (isRefused) return { kind: "checks-fail", change: preview, checks };
    if (form.text("confirmed") !== confirmationOf(preview)) return { kind: "ask", change: preview, checks };
  }
  // What was counted is what is done: no other flag may have moved since.
  const expect = cuts.length > 0 ? { ...wanted.expect, version: preview.version } : wanted.expect;
  const answer = await deps.write({ ...request, expect });
  if (answer.kind === "written") return { kind: "done", version: answer.version };
  if (answer.kind === "conflict" && answer.subject === null) return { kind: "moved", change: preview, checks: [] };
  return refusalOf(deps, answer);
}

/** Names whom a change cuts over: said back, it is meant. */
export function confirmationOf({ routes }: Change): string {
  return JSON.stringify(routes.flatMap(({ shadow, cutOver }) => (cutOver === null ? [] : [[shadow, cutOver]])));
}

async function checksOf(
  deps: ChangeDeps,
  cuts: readonly RoutePreview[],
  breakGlass: boolean,
): Promise<readonly Check[]> {
  const routes = deps.routes().filter(({ flags }) => cuts.some(({ shadow }) => shadow === flags.shadow));
  const checks: Check[] = [];
  for (const { name } of routes) checks.push(...(await cutoverChecks(deps, name, breakGlass)));
  return checks.filter((check, index) => checks.findIndex(({ name }) => name === check.name) === index);
}

type Refusal = Exclude<AdminPreview | AdminWriteAnswer, { kind: "change" | "written" }>;

async function refusalOf(deps: Pick<AdminDeps, "audit">, answer: Refusal): Promise<Outcome> {
  switch (answer.kind) {
    case "unchanged":
      return { kind: "unchanged" };
    case "invalid":
      return {
        kind: "invalid",
        problems: answer.problems.map(({ where, is, must }) => ({ text: `${where} must be ${must}: it is ${is}` })),
      };
    case "unknown":
      return {
        kind: "refused",
        why: say(`There is no ${answer.subject}`, `Não existe ${answer.subject}`),
        cutsOver: false,
      };
    case "refused":
      return { kind: "refused", why: sentenceOf(answer), cutsOver: answer.why.includes("this would cut over") };
    case "unavailable":
      return { kind: "refused", why: sentenceOf(answer), cutsOver: false };
    case "conflict": {
      const { subject, expected, actual } = answer;
      const filter = { limit: conflictsShown, ...(subject === null ? {} : { subject }) };
      const entries = await deps.audit(filter).catch(() => null);
      return { kind: "conflict", actual, since: entries?.filter(({ version }) => version > expected) ?? null };
    }
  }
}
