/** Head sampling for the data plane's thread: no SDK is loaded here. */
import { otlpWanted, read, type Env, type Problem } from "./otel-env.ts";

/**
 * Decides at the head whether a trace is recorded; `parent` is what the client's `traceparent` says, `compared` whether items
 * of the delivery may be compared.
 */
export type Sampler = (traceId: string, parent: { readonly sampled: boolean } | null, compared: boolean) => boolean;

const always: Sampler = () => true;
const never: Sampler = () => false;
const parentBased =
  (root: Sampler): Sampler =>
  (traceId, parent) =>
    parent === null ? root(traceId, null, false) : parent.sampled;

/** Whether spans are made at all. What a sampler says goes on to the sides in `traceparent` either way. */
export function exportsTraces(env: Env): boolean {
  const wanted = otlpWanted(env);
  return !("problem" in wanted) && wanted.traces !== null;
}

/**
 * By OTEL_TRACES_SAMPLER and its argument, whether traces are exported from here or not: handlers with tracing of their own
 * follow the flag they get, and one that said no for want of an exporter here would put their traces out. Of deliveries that
 * may be compared the share `sampleCompared` is recorded whatever else says no, the client included.
 */
export function createSampler(env: Env, sampleCompared = 0): Sampler | Problem {
  const base = baseSampler(env);
  if ("problem" in base || sampleCompared === 0) return base;
  const share = shareOf(sampleCompared);
  return (traceId, parent, compared) => base(traceId, parent, compared) || (compared && share(traceId));
}

function baseSampler(env: Env): Sampler | Problem {
  const wanted = otlpWanted(env);
  if ("problem" in wanted) return wanted;
  const ratio = read(env, "OTEL_TRACES_SAMPLER_ARG") ?? "1";
  const samplers: Readonly<Record<string, () => Sampler | Problem>> = {
    always_on: () => always,
    always_off: () => never,
    traceidratio: () => ratioSampler(ratio),
    parentbased_always_on: () => parentBased(always),
    parentbased_always_off: () => parentBased(never),
    parentbased_traceidratio: () => {
      const root = ratioSampler(ratio);
      return "problem" in root ? root : parentBased(root);
    },
  };
  const name = read(env, "OTEL_TRACES_SAMPLER") ?? "parentbased_always_on";
  const make = Object.hasOwn(samplers, name) ? samplers[name] : undefined;
  if (make === undefined) {
    const allowed = Object.keys(samplers).join(", ");
    return { problem: `OTEL_TRACES_SAMPLER is ${JSON.stringify(name)}: it must be one of ${allowed}` };
  }
  return make();
}

function ratioSampler(text: string): Sampler | Problem {
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return shareOf(ratio);
  return { problem: `OTEL_TRACES_SAMPLER_ARG is ${JSON.stringify(text)}: it must be a number from 0 to 1` };
}

/**
 * Consistent probability sampling: the randomness of a trace is the last 56 bits of its id (W3C Trace Context Level 2),
 * and it is kept where that is at least (1 - ratio) * 2^56. Only the first 52 of them are looked at: a double holds no more.
 */
function shareOf(ratio: number): (traceId: string) => boolean {
  const threshold = Math.round((1 - ratio) * 2 ** 52);
  return (traceId) => Number.parseInt(traceId.slice(18, 31), 16) >= threshold;
}
