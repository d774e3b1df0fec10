import { z } from "zod";
import { AskError } from "./ask.ts";
import { CommandError } from "./command.ts";
import type { Session } from "./frame.ts";

/** As many as the admin port gives at once. */
const pageMembers = 10_000;
const pageMs = 30_000;
const maxTries = 3;
const conflict = 409;

const pageShape = z.looseObject({ members: z.array(z.string()), next: z.string().nullable() });

/** Every member of a list, page by page. `path`: without query. `version`: as it was then. */
export async function readMembers(
  ask: Session["ask"],
  { path, version }: { readonly path: string; readonly version?: number },
): Promise<readonly string[]> {
  const members: string[] = [];
  const pinned = version === undefined ? "" : `&version=${version}`;
  let next: string | null = `${path}?limit=${pageMembers}${pinned}`;
  while (next !== null) {
    const page: z.infer<typeof pageShape> = await ask({ path: next, timeoutMs: pageMs, shape: pageShape });
    for (const member of page.members) members.push(member);
    ({ next } = page);
  }
  return members;
}

/** Begins anew where what is read changes under way, some times. */
export async function readSteadily<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof AskError) || error.status !== conflict) throw error;
      if (tries === maxTries)
        throw new CommandError("Lists change faster than they are read: try again", { cause: error });
    }
  }
}
