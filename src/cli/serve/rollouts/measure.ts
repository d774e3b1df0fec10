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
    if (headers.kind === "unset") {
      const names = headers.names.join(", ");
      return error(`${names} of its header is not set`, `${names} do cabeçalho não está definida`);
    }
    const url = source.kind === "prometheus" ? queryUrl(source) : source.url;
    try {
      const answer = await fetch(url, {
        headers: headers.fields,
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await textOf(answer);
      if (text === null) return error(`it answered more than ${maxBytes} bytes`, `respondeu mais de ${maxBytes} bytes`);
      if (!answer.ok) return error(`it answered ${answer.status}`, `respondeu ${answer.status}`);
      const value: unknown = JSON.parse(text);
      return source.kind === "prometheus" ? ofPrometheus(value) : ofJson(value, source.pointer);
    } catch (cause) {
      return whyNot(cause, timeoutMs);
    }
  };
}

const error = (why: string, pt: string): Measured => ({ kind: "error", why, pt });
const none = (why: string, pt: string): Measured => ({ kind: "none", why, pt });

type Given =
  | { readonly kind: "set"; readonly fields: MetricSource["headers"] }
  | { readonly kind: "unset"; readonly names: readonly string[] };

/** `unset`: variables that are not: nothing is asked without the credential that was meant. */
function headersOf(headers: MetricSource["headers"], env: MeasureOptions["env"]): Given {
  const unset = new Set<string>();
  const said = Object.entries(headers).map(([name, text]) => {
    const value = text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = env[variable];
      if (found === undefined || found === "") unset.add(variable);
      return found ?? "";
    });
    return [name, value] as const;
  });
  if (unset.size > 0) return { kind: "unset", names: [...unset] };
  return { kind: "set", fields: Object.fromEntries(said) };
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
    return error("it answered no result of a query", "não respondeu o resultado de uma consulta");
  if (type === "scalar") return numberOf(result[1]);
  if (type !== "vector")
    return error(
      "the query must give one number: a scalar, or a vector of one series",
      "a consulta deve dar um número: um escalar, ou um vetor de uma série",
    );
  if (result.length === 0) return none("the query gives no series", "a consulta não dá nenhuma série");
  if (result.length > 1)
    return error(
      `the query gives ${result.length} series: it must give one, such as by sum()`,
      `a consulta dá ${result.length} séries: deve dar uma, por exemplo com sum()`,
    );
  const sample = memberOf(result[0], "value");
  return Array.isArray(sample) ? numberOf(sample[1]) : error("it answered no value", "não respondeu um valor");
}

/** RFC 6901. */
function ofJson(answer: unknown, pointer: string): Measured {
  const tokens = pointer === "" ? [] : pointer.slice(1).split("/");
  let at = answer;
  for (const token of tokens) {
    at = memberOf(at, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (at === undefined) return none(`there is nothing at ${pointer}`, `não há nada em ${pointer}`);
  }
  return numberOf(at);
}

function numberOf(value: unknown): Measured {
  if (value === null) return none("it is null", "é null");
  const isText = typeof value === "string" && value.trim() !== "";
  const number = typeof value === "number" ? value : isText ? numeral(value) : null;
  if (number === null) return error("it is no number", "não é um número");
  return Number.isFinite(number) ? { kind: "value", value: number } : none(`it is ${number}`, `é ${number}`);
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
function whyNot(cause: unknown, timeoutMs: number): Measured {
  if (cause instanceof SyntaxError) return error("it answered no JSON", "não respondeu JSON");
  if (!(cause instanceof Error)) return error("it did not answer", "não respondeu");
  if (cause.name === "TimeoutError") {
    const seconds = timeoutMs / 1_000;
    return error(`it did not answer within ${seconds} s`, `não respondeu em ${seconds} s`);
  }
  const inner = cause.cause;
  const code = inner instanceof Error && "code" in inner ? ` (${String(inner.code)})` : "";
  return error(`it did not answer${code}`, `não respondeu${code}`);
}
