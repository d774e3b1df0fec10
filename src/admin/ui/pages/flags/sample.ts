/** Flags for tests of their pages, and forms filled as a browser would. */
import { expect } from "vitest";
import { startForTest } from "../../../sample.ts";
import { createReader } from "../../sample.ts";

export async function withFlags(
  flags: Readonly<Record<string, object>> = {},
  ...options: Parameters<typeof startForTest>
) {
  const admin = await startForTest(...options);
  if (Object.keys(flags).length > 0) {
    const headers = { authorization: "Bearer ana" };
    expect(await admin.json("/api/flags?reason=start", { method: "PATCH", headers, body: { flags } })).toMatchObject({
      status: 200,
    });
  }
  return { ...admin, reader: createReader(admin) };
}

/** The form of a page as it is filled, with changes. */
export async function filled(
  reader: ReturnType<typeof createReader>,
  path: string,
  changes: Readonly<Record<string, string>>,
) {
  const { text } = await reader.open(path);
  const inputs = [...text.matchAll(/<input [^>]*name="(version|was|description|percent|audience)" value="([^"]*)"/g)];
  const [, enabled = ""] = /<select name="enabled">[\s\S]*?<option value="(\w*)" selected/.exec(text) ?? [];
  const fields: Record<string, string> = Object.fromEntries(
    inputs.map(([, name = "", value = ""]) => [name, unescaped(value)]),
  );
  return { bucketing: "murmur3", enabled, ...fields, ...changes };
}

export function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

export function flagIn(admin: Awaited<ReturnType<typeof withFlags>>, key: string) {
  return admin.flags.deps.flags()?.entries.find(({ flag }) => flag.key === key)?.flag;
}
