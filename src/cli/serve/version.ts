import { readFileSync } from "node:fs";
import { z } from "zod";

/** Three folders up from the source as from the build. */
const manifest: unknown = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

/** Of the package this runs from. */
export const { version } = z.object({ version: z.string() }).parse(manifest);
