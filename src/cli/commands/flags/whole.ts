import type { z } from "zod";
import type { Session } from "../frame.ts";
import { readMembers, readSteadily } from "../pages.ts";
import { flagsShape, listNames, type ToldFlag } from "./shapes.ts";

/** Every flag as of one version, those that are asked for with every member of their lists. */
export function wholeFlags(
  ask: Session["ask"],
  isAsked: (flag: ToldFlag) => boolean = () => true,
): Promise<z.infer<typeof flagsShape>> {
  return readSteadily(async () => {
    const answer = await ask({ path: "/api/flags", shape: flagsShape });
    const flags: ToldFlag[] = [];
    for (const flag of answer.flags) flags.push(isAsked(flag) ? await whole(ask, flag, answer.version) : flag);
    return { ...answer, flags };
  });
}

async function whole(ask: Session["ask"], flag: ToldFlag, version: number): Promise<ToldFlag> {
  const { members_truncated: isCut, allowlist_count: _a, denylist_count: _d, force_on_count: _f, ...rest } = flag;
  if (isCut !== true) return flag;
  const lists: Partial<Record<(typeof listNames)[number], readonly string[]>> = {};
  for (const name of listNames) {
    if (flag[name] === null) continue;
    lists[name] = await readMembers(ask, { path: `/api/flags/${encodeURIComponent(flag.key)}/lists/${name}`, version });
  }
  return { ...rest, ...lists };
}
