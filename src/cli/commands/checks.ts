import { z } from "zod";
import { table, type Look } from "./table.ts";

export const checkShape = z.looseObject({
  name: z.string(),
  status: z.enum(["ok", "warn", "fail"]),
  text: z.string(),
});

export type Check = Pick<z.infer<typeof checkShape>, "name" | "status" | "text">;

const colours = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Checks as a table; the sentences come last and are not cut: they say what to do. */
export function checkTable(checks: readonly Check[], look: Look): string {
  const rows = checks.map(({ status, name, text }) => [status, name, text]);
  const [titles = "", ...lines] = table(["STATUS", "CHECK", "WHAT"], rows, { ...look, width: Infinity }).split("\n");
  const coloured = lines.map((line, index) => {
    const status = checks[index]?.status ?? "ok";
    return look.style(colours[status], status) + line.slice(status.length);
  });
  return [titles, ...coloured].join("\n");
}
