import type { Measured, MetricSource } from "../../../rollout/index.ts";

export interface MeasureOptions {
  /** What `${NAME}` in a header stands for. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

const usualMs = 10_000;
const maxBytes = 1_048_576;

/** A figure from outside. Whatever does not say one number is none, or an error, and never a pass. Does not reject. */
export function createMeasure({
  env,
  timeoutMs = usualMs,
}: MeasureOptions): (source: MetricSource) => Promise<Measured> {
  return async (source) => {
    const headers = headersOf(source.headers, env);
    if (typeof headers === "string") return error(headers);
    const url = source.kind === "prometheus" ? queryUrl(source) : source.url;
    try {
      const answer = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
      const text = await textOf(answer);
      if (text === null) return error(`it answered more than ${maxBytes} bytes`);
      if (!answer.ok) return error(`it answered ${answer.status}`);
      const value: unknown = JSON.parse(text);
      return source.kind === "prometheus" ? ofPrometheus(value) : ofJson(value, source.pointer);
    } catch (cause) {
      return error(whyNot(cause, timeoutMs));
    }
  };
}

const error = (why: string): Measured => ({ kind: "error", why });
const none = (why: string): Measured => ({ kind: "none", why });

/** A sentence where a variable is not set: nothing is asked without the credential that was meant. */
function headersOf(
  headers: MetricSource["headers"],
  env: MeasureOptions["env"],
): Readonly<Record<string, string>> | string {
  const unset = new Set<string>();
  const said = Object.entries(headers).map(([name, text]) => {
    const value = text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = env[variable];
      if (found === undefined || found === "") unset.add(variable);
      return found ?? "";
    });
    return [name, value] as const;
  });
  if (unset.size > 0) return `${[...unset].join(", ")} of its header is not set`;
  return Object.fromEntries(said);
}

function queryUrl({ url, query }: Extract<MetricSource, { kind: "prometheus" }>): string {
  const asked = new URL(url);
  if (!asked.pathname.endsWith("/api/v1/query")) asked.pathname = `${asked.pathname.replace(/\/$/, "")}/api/v1/query`;
  asked.searchParams.set("query", query);
  return asked.href;
}

/** null: it is too long. */
async function textOf(answer: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const taken = new WritableStream<Uint8Array>({
    write(chunk) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new RangeError("too much");
      chunks.push(chunk);
    },
  });
  try {
    await answer.body?.pipeTo(taken);
  } catch (error) {
    if (bytes > maxBytes) return null;
    throw error;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** An instant query: a scalar, or a vector of one series. */
function ofPrometheus(answer: unknown): Measured {
  const data = memberOf(answer, "data");
  const result = memberOf(data, "result");
  const type = memberOf(data, "resultType");
  if (memberOf(answer, "status") !== "success" || !Array.isArray(result))
    return error("it answered no result of a query");
  if (type === "scalar") return numberOf(result[1]);
  if (type !== "vector") return error("the query must give one number: a scalar, or a vector of one series");
  if (result.length === 0) return none("the query gives no series");
  if (result.length > 1) return error(`the query gives ${result.length} series: it must give one, such as by sum()`);
  const sample = memberOf(result[0], "value");
  return Array.isArray(sample) ? numberOf(sample[1]) : error("it answered no value");
}

/** RFC 6901. */
function ofJson(answer: unknown, pointer: string): Measured {
  const tokens = pointer === "" ? [] : pointer.slice(1).split("/");
  let at = answer;
  for (const token of tokens) {
    at = memberOf(at, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (at === undefined) return none(`there is nothing at ${pointer}`);
  }
  return numberOf(at);
}

function numberOf(value: unknown): Measured {
  if (value === null) return none("it is null");
  const isText = typeof value === "string" && value.trim() !== "";
  const number = typeof value === "number" ? value : isText ? numeral(value) : null;
  if (number === null) return error("it is no number");
  return Number.isFinite(number) ? { kind: "value", value: number } : none(`it is ${number}`);
}

/** As Prometheus writes numbers. */
function numeral(text: string): number | null {
  if (text === "NaN") return Number.NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** Own members only. */
function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/** Without the address, which may bear credentials. */
function whyNot(cause: unknown, timeoutMs: number): string {
  if (cause instanceof SyntaxError) return "it answered no JSON";
  if (!(cause instanceof Error)) return "it did not answer";
  if (cause.name === "TimeoutError") return `it did not answer within ${timeoutMs / 1_000} s`;
  const inner = cause.cause;
  const code = inner instanceof Error && "code" in inner ? ` (${String(inner.code)})` : "";
  return `it did not answer${code}`;
}
