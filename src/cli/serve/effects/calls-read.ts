import {
  plainBody,
  type ArrivedCall,
  type DeclaredEffect as Declared,
  type FindRule,
  type RecordedCall,
} from "../../../effects/index.ts";
import { headerValue } from "../../../http/index.ts";
import type { Effect } from "../../../model/index.ts";
import { declaredEffect, effectOf, isMediaUpload, type EffectOptions } from "../../../whatsapp/index.ts";

/** How calls are read as effects. */
export interface Reading {
  /** The id that a person goes by, of any of theirs. */
  readonly alias: (id: string) => string;
  /** What calls are that nothing but a rule of the configuration can tell. */
  readonly rules: FindRule;
}

/** W3C Trace Context: version, trace id, parent id, flags. */
const traceparent = /^[\da-f]{2}-([\da-f]{32})-/;

/** An outbound call that has just arrived, read as the effect it would be. */
export function effectOfArrived(call: ArrivedCall, reading: Reading): Effect {
  const { side, upstream, method, target, rawHeaders, body } = call;
  return effectOf(
    {
      side,
      upstream,
      method,
      target,
      contentType: headerValue(rawHeaders, "content-type"),
      body,
      digest: null,
      answer: null,
      atMs: Date.now(),
      disposition: "held",
      traceId: traceparent.exec(headerValue(rawHeaders, "traceparent") ?? "")?.[1] ?? null,
      exchange: headerValue(rawHeaders, "x-sombra-exchange"),
    },
    optionsOf(call, reading),
  );
}

/** Whether a call that has just arrived does nothing but upload a file. */
export function isUpload({ upstream, method, target, rawHeaders }: ArrivedCall): boolean {
  if (upstream !== "graph") return false;
  return isMediaUpload({ method, path: target, contentType: headerValue(rawHeaders, "content-type") ?? undefined });
}

/** An outbound call that is over, as an effect. `nowMs`: of the clock that its times are of. */
export function effectOfRecorded(call: RecordedCall, nowMs: number, reading: Reading): Effect {
  const { status, answer, answerHeaders, startMs } = call;
  const plain = answer === null ? null : plainBody(answer, answerHeaders);
  const given = status === null ? null : { status, body: plain };
  return effectOf({ ...call, answer: given, atMs: Date.now() - (nowMs - startMs) }, optionsOf(call, reading));
}

/** A call is what a rule says it is, of whichever side: what is compared must be read alike. */
function optionsOf(
  { upstream, method, target }: Pick<RecordedCall, "upstream" | "method" | "target">,
  { alias, rules }: Reading,
): EffectOptions {
  const classify = rules({ upstream, method, target })?.classify ?? null;
  return classify === null ? { alias } : { alias, class: classify };
}

/** The words that guides and handlers use for what they declare. */
const kinds: ReadonlyMap<string, "event" | "publish-failure" | "assignment"> = new Map([
  ["event", "event"],
  ["canonical_event", "event"],
  ["publish_failure", "publish-failure"],
  ["publish-failure", "publish-failure"],
  ["assignment", "assignment"],
  ["routing_assignment", "assignment"],
]);

/** Something a side said it did, as an effect. A sort of the handler's own counts as an event of that sort. */
export function effectOfDeclared({ side, exchange, kind, name, payload, traceId }: Declared): Effect {
  const known = kinds.get(kind);
  return declaredEffect({
    side,
    kind: known ?? "event",
    name: known === undefined ? `${kind}.${name}` : name,
    payload,
    atMs: Date.now(),
    disposition: known === "publish-failure" ? "failed" : side === "legacy" ? "released" : "held",
    traceId,
    exchange,
  });
}
