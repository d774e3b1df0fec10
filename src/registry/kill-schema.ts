import { z } from "zod";
import type { Kill } from "./store.ts";

/** A kill as it is kept, in files and in the audit. */
export const killSchema = z.object({
  at: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<Kill>;
