import { expect, onTestFinished, test } from "vitest";
import { startSample } from "../sample.ts";

test("an incident is opened, listed and closed, before and after shown", async () => {
  const sombra = await startSample();
  onTestFinished(() => sombra.close());
  const does = (...args: readonly string[]) => sombra.does(...args);
  expect(await does("incident", "list")).toBe("no incident is open\n");
  expect(await does("incident", "open", "orders are lost", "--reason", "paged")).toBe(
    "2026-01-02-1\nFIELD     BEFORE  AFTER\nstate     -       open\nseverity  -       critical\ntitle     -       orders are lost\n",
  );
  expect(await does("incident", "list")).toMatch(/\n2026-01-02-1 +open +critical +\S+ +command:\S+ +orders are lost\n/);
  expect(await does("incident", "close", "2026-01-02-1")).toContain("state  open    closed");
  expect(await does("incident", "close", "2026-01-02-1")).toBe("2026-01-02-1: unchanged (closed)\n");
  expect(await does("incident", "list")).toBe("no incident is open\n");
  expect(JSON.parse(await does("incident", "list", "--all", "--json"))).toMatchObject({ incidents: { length: 1 } });
  expect((await sombra.run(["incident", "close", "none"])).code).toBe(1);
  expect((await sombra.run(["incident", "open", "x", "--severity", "bad"])).code).toBe(1);
});
