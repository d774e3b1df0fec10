import type { ChannelTest } from "../../../admin/index.ts";
import { documentId, type Documents, type JsonObject } from "../../../flags/index.ts";
import { z } from "zod";

const form = z.looseObject({ at: z.string(), by: z.string(), ok: z.boolean(), said: z.string() });

/** What came of the last test of a channel, as all instances know it; null: it was never tested. */
export function testedOf(documents: Documents, channel: string): ChannelTest | null {
  const found = form.safeParse(documents.get(documentId("channel", channel))?.value).data;
  return found === undefined ? null : { at: found.at, by: found.by, ok: found.ok, said: found.said };
}

export function testValue({ at, by, ok, said }: ChannelTest): JsonObject {
  return { at, by, ok, said };
}
