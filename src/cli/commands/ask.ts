import type { ZodType } from "zod";

/** The admin port did not answer, or not as it should. */
export class AskError extends Error {
  override readonly name = "AskError";
}

export interface Question<T> {
  readonly base: string;
  readonly path: string;
  readonly method?: string;
  readonly token?: string | undefined;
  readonly shape: ZodType<T>;
}

/** The data plane has one second to do what the admin port asks of it. */
const timeoutMs = 5_000;

/** Asks a running Sombra's admin port. */
export async function ask<T>({ base, path, method = "GET", token, shape }: Question<T>): Promise<T> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let answer: Response;
  try {
    answer = await fetch(new URL(path, base), { method, headers, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const silent = error instanceof Error && error.name === "TimeoutError";
    const what = silent ? "no answer in time from" : "nothing listens at";
    throw new AskError(`${what} ${base}: set SOMBRA_ADMIN_URL`, { cause: error });
  }
  if (!answer.ok) {
    const hint = answer.status === 401 ? ": set SOMBRA_ADMIN_TOKEN" : "";
    throw new AskError(`${method} ${path} was refused with ${answer.status}${hint}`);
  }
  const parsed = shape.safeParse(await answer.json().catch(() => null));
  if (!parsed.success) throw new AskError(`${base} is not the admin port of a Sombra: set SOMBRA_ADMIN_URL`);
  return parsed.data;
}
