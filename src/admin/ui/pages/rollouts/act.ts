import type { Json, JsonObject } from "../../../../flags/index.ts";
import { asIs, type Spoken } from "../../../../lib/sentence.ts";
import type { AdminDeps } from "../../../deps.ts";
import { runOf, nameForm, nameMust } from "../../../calls/rollouts.ts";
import type { createOrders } from "../../../idempotency.ts";
import { sentence, whyOf } from "../../../problem.ts";
import type { Form, Moved, Sender, View } from "../../page.ts";
import { askPath, changesWho, type Ask } from "./asks.ts";
import { askTexts } from "./ask-texts.ts";
import type { Facts } from "./facts.ts";

/** What became of a form: done, or what is wrong with it. */
export type Acted =
  | { readonly kind: "done"; readonly moved: Moved }
  | {
      readonly kind: "wrong";
      /** What is wrong. */
      readonly said: Spoken;
      readonly status: 400 | 409 | 503;
    };

export interface Acting {
  readonly facts: Facts;
  readonly form: Form;
  readonly sender: Sender;
  readonly deps: Pick<AdminDeps, "rollouts" | "flush">;
  readonly once: ReturnType<typeof createOrders>;
}

const fields = ["reason", "to", "gate", "until", "lessons", "text", "precheck", "evidence"] as const;

/** Carries out what was asked for, once for each form. */
export async function carryOut(view: View, ask: Ask, acting: Acting): Promise<Acted> {
  const t = askTexts.in(view.locale);
  const { facts, form, sender, deps, once } = acting;
  const { rollouts } = deps;
  const { id } = facts.rollout;
  const to = `/rollouts/${encodeURIComponent(id)}`;
  if (changesWho(ask) && form.text("sure") !== "yes") {
    return { kind: "wrong", said: asIs(t.sureMissing), status: 400 };
  }
  if (ask === "checkpoint") return takeCheckpoint(view, acting);
  const by = `${sender.actor.kind}:${sender.actor.name}`;
  const body = bodyOf(ask, form);
  const run = runOf(ask, { body, asked: { rollout: id, by }, rollouts });
  if (typeof run !== "function") {
    const text = run.map(({ where, is, must }) => `${where} must be ${must}: it is ${is}`).join("; ");
    return { kind: "wrong", said: { text }, status: 400 };
  }
  const done = await once({ key: [by, askPath(id, ask), form.text("once")], body: JSON.stringify(body), run });
  if (done === null) return { kind: "wrong", said: asIs(t.other), status: 409 };
  const { status, answer, replayed } = done;
  if (status >= 400) {
    return { kind: "wrong", said: detailOf(answer), status: status === 503 ? 503 : status === 400 ? 400 : 409 };
  }
  return { kind: "done", moved: { to, said: replayed ? t.again : saidOf(view, ask, answer) } };
}

/** Of an order that was not carried out. */
export function detailOf(answer: object): Spoken {
  return {
    text: "detail" in answer ? String(answer.detail) : "",
    pt: "pt" in answer && typeof answer.pt === "string" ? answer.pt : undefined,
  };
}

function saidOf(view: View, ask: Ask, answer: object): string {
  const t = askTexts.in(view.locale);
  if (ask === "drill" && "seconds" in answer && "instances" in answer) {
    return t.drilled(String(answer.seconds), String(answer.instances));
  }
  return "unchanged" in answer && answer.unchanged === true ? t.unchanged(t[ask]) : t.done(t[ask]);
}

/** As the call takes it: nothing of what was left empty. */
function bodyOf(ask: Exclude<Ask, "checkpoint">, form: Form): JsonObject {
  const breaksGlass = form.text("break_glass") === "yes";
  const entries = fields.flatMap((name): readonly (readonly [string, Json])[] => {
    // Of these nothing but a broken glass has a reason.
    const isBare = name === "reason" && (ask === "start" || ask === "complete") && !breaksGlass;
    return form.text(name) === "" || isBare ? [] : [[name, form.text(name)]];
  });
  return { ...Object.fromEntries(entries), ...(breaksGlass ? { break_glass: true } : {}) };
}

async function takeCheckpoint(view: View, { facts, form, deps }: Acting): Promise<Acted> {
  const t = askTexts.in(view.locale);
  const { id } = facts.rollout;
  const name = form.text("name");
  if (name !== "" && !nameForm.test(name)) return { kind: "wrong", said: { text: nameMust }, status: 400 };
  // What was counted up to now is to count.
  await deps.flush();
  try {
    await deps.rollouts.checkpoint(id, name === "" ? undefined : name);
    return {
      kind: "done",
      moved: { to: `/rollouts/${encodeURIComponent(id)}#checkpoints`, said: t.done(t.checkpoint) },
    };
  } catch (error) {
    return { kind: "wrong", said: { text: sentence(whyOf(error)) }, status: 503 };
  }
}
