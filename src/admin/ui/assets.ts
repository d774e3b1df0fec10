import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context, Hono } from "hono";
import { problem } from "../problem.ts";

const own = join(import.meta.dirname, "assets");
const require = createRequire(import.meta.url);

/** What a browser may load beside pages, from our own origin: files of ours and of two packages. */
const files = {
  "app.css": join(own, "app.css"),
  "parts.css": join(own, "parts.css"),
  "diff.css": join(own, "diff.css"),
  "flags.css": join(own, "flags.css"),
  "rollouts.css": join(own, "rollouts.css"),
  "app.js": join(own, "app.js"),
  "ask.js": join(own, "ask.js"),
  "live.js": join(own, "live.js"),
  "times.js": join(own, "times.js"),
  "copy.js": join(own, "copy.js"),
  "bar.js": join(own, "bar.js"),
  "dialogs.js": join(own, "dialogs.js"),
  "files.js": join(own, "files.js"),
  "chart.js": join(own, "chart.js"),
  "htmx.js": require.resolve("htmx.org/dist/htmx.min.js"),
  "uplot.js": require.resolve("uplot/dist/uPlot.iife.min.js"),
  "uplot.css": require.resolve("uplot/dist/uPlot.min.css"),
};

export type Asset = keyof typeof files;

const types: ReadonlyMap<string, string> = new Map([
  ["css", "text/css; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
]);

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

type Coding = "br" | "gzip" | "identity";

interface Read {
  /** Of all files: modules of ours name each other, so that they change their addresses together. */
  readonly hash: string;
  readonly bytes: ReadonlyMap<string, Buffer>;
}

let read: Read | null = null;
/** Compressed when first asked for, once. */
const packed = new Map<string, Promise<Buffer>>();

/** Read when the first page is: a start waits for none of it. */
function assets(): Read {
  if (read !== null) return read;
  const bytes = new Map(Object.entries(files).map(([name, path]) => [name, readFileSync(path)]));
  const hash = createHash("sha256");
  for (const [name, content] of bytes) hash.update(`${name} ${content.length}\n`).update(content);
  read = { hash: hash.digest("base64url").slice(0, 16), bytes };
  return read;
}

/** Where a file is: its address changes with its content, so that a browser may keep it for ever. */
export function assetPath(name: Asset): string {
  return `/assets/${assets().hash}/${name}`;
}

export function addAssets(app: Hono): void {
  app.get("/assets/:hash/:name", async (c) => {
    const name = c.req.param("name");
    const { hash, bytes } = assets();
    const content = bytes.get(name);
    // The file of another version may not be kept under this one's address.
    if (content === undefined || c.req.param("hash") !== hash)
      return problem(c, 404, "No file of this name: load the page anew");
    const coding = codingFor(c);
    c.header("content-type", types.get(name.split(".").at(-1) ?? "") ?? "application/octet-stream");
    c.header("cache-control", "public, max-age=31536000, immutable");
    c.header("vary", "accept-encoding");
    if (coding !== "identity") c.header("content-encoding", coding);
    return c.body(new Uint8Array(await compressed(name, content, coding)));
  });
}

export function codingFor(c: Context): Coding {
  const accepted = c.req.header("accept-encoding") ?? "";
  return (
    (["br", "gzip"] as const).find((coding) =>
      new RegExp(`\\b${coding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepted),
    ) ?? "identity"
  );
}

function compressed(name: string, content: Buffer, coding: Coding): Promise<Buffer> {
  if (coding === "identity") return Promise.resolve(content);
  const key = `${coding} ${name}`;
  const known = packed.get(key) ?? pack(content, coding);
  packed.set(key, known);
  return known;
}

/** Also for pages, at a level that costs less than sending what it saves. */
export function pack(content: Buffer, coding: "br" | "gzip", quality = 11): Promise<Buffer> {
  if (coding === "gzip") return gzipped(content, { level: Math.min(9, quality) });
  return brotli(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}
