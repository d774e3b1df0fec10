import { z, type ZodType } from "zod";
import { CommandError } from "./command.ts";

/** The admin port did not answer, or not as it should. */
export class AskError extends CommandError {
  override readonly name = "AskError";
  /** Of the answer; null: there was none that can be read. */
  readonly status: number | null;

  constructor(message: string, { status, ...options }: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = status ?? null;
  }
}

export interface Question<T> {
  readonly base: string;
  readonly path: string;
  readonly method?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  readonly timeoutMs?: number;
  /** The answer is text as it is, not JSON. */
  readonly plain?: boolean;
  readonly shape: ZodType<T>;
}

/** The data plane has one second to do what the admin port asks of it. */
const usualMs = 5_000;

/** RFC 9457, with what Sombra adds. */
const problemShape = z.object({
  title: z.string().optional(),
  detail: z.string(),
  problems: z.array(z.object({ where: z.string(), is: z.string(), must: z.string() })).default([]),
});

/** Asks a running Sombra's admin port. */
export async function ask<T>(question: Question<T>): Promise<T> {
  const { base, path, shape, plain = false } = question;
  const answer = await send(question);
  const body: unknown = await (plain && answer.ok ? answer.text() : answer.json()).catch(() => null);
  if (!answer.ok) throw refusal(question, answer.status, body);
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    throw new AskError(
      `${shown(base)} does not answer ${pathOnly(path)} as the admin port of a Sombra: set SOMBRA_ADMIN_URL`,
    );
  }
  return parsed.data;
}

async function send<T>(question: Question<T>): Promise<Response> {
  const { base, path, method = "GET", token, body, text, timeoutMs = usualMs } = question;
  const headers = new Headers(question.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  if (sent !== undefined) headers.set("content-type", text === undefined ? "application/json" : "application/yaml");
  const url = URL.parse(base.replace(/\/+$/, "") + path);
  if (url === null) {
    throw new AskError(`${shown(base)} is no address: set SOMBRA_ADMIN_URL, such as http://127.0.0.1:8081`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new AskError(`${shown(base)} has a user or a password in it: put the token into SOMBRA_ADMIN_TOKEN`);
  }
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url, { method, headers, signal, ...(sent === undefined ? {} : { body: sent }) });
  } catch (error) {
    throw new AskError(`${whyNot(error)} ${shown(base)}: set SOMBRA_ADMIN_URL`, { cause: error });
  }
}

/** `fetch` says the same of everything that goes wrong; what it was is in the cause. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return "no answer from";
  if (error.name === "TimeoutError") return "no answer in time from";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return code === "ECONNREFUSED" || code === "ENOTFOUND" ? "nothing listens at" : "no whole answer from";
}

function refusal({ path, method = "GET" }: Question<unknown>, status: number, body: unknown): AskError {
  const hint = status === 401 ? ": set SOMBRA_ADMIN_TOKEN" : "";
  const parsed = problemShape.safeParse(body);
  if (!parsed.success) return new AskError(`${method} ${pathOnly(path)} was refused with ${status}${hint}`, { status });
  const { detail, problems } = parsed.data;
  if (problems.length < 2) return new AskError(`${detail}${hint}`, { status });
  const lines = problems.map(({ where, is, must }) => `  ${where} must be ${must}: it is ${is}`);
  return new AskError([`${problems.length} things are wrong`, ...lines].join("\n"), { status });
}

/** A query may name a shopper. */
function pathOnly(path: string): string {
  return path.replace(/\?.*$/s, "");
}

/** Without credentials. */
function shown(base: string): string {
  return base.replace(/\/\/[^/]*@/, "//");
}
