import { describe, expect, it } from "vitest";
import { sampleNow } from "../../../test/support/admin-flags.ts";
import { say } from "../../lib/sentence.ts";
import { checkpoint, rollout, sampleRollouts } from "../calls/sample.ts";
import { startForTest } from "../sample.ts";
import { createReader } from "./sample.ts";

const portuguese = { "accept-language": "pt-BR" };

async function reading(...changes: Parameters<typeof startForTest>) {
  const admin = await startForTest(...changes);
  const reader = createReader(admin);
  reader.cookies.set("sombra_language", "pt-BR");
  return { admin, ...reader };
}

describe("what Sombra says elsewhere is said on a Portuguese page in Portuguese", () => {
  it("of gates and checkpoints, and as it was kept where an earlier release kept it in English alone", async () => {
    const [first] = checkpoint.gates;
    if (first === undefined) throw new Error("There is no gate");
    const [said, why] = [say("2 of 40 cells failed", "2 de 40 células falharam"), say("it waits", "espera")];
    const known = {
      ...checkpoint,
      why: why.text,
      pt: why.pt,
      gates: [{ ...first, ...said }],
      alerts: [{ type: "ERRORS", severity: "WARN", message: said.text, pt: said.pt, expected: false }],
    } as const;
    const { text: _text, pt: _pt, ...before } = { pt: undefined, ...first };
    const old = { ...checkpoint, at: "2026-01-02T02:00:00.000Z", gates: [{ ...before, text: "as it was said then" }] };
    const { rollouts } = sampleRollouts({ checkpoints: async (_, limit) => [known, old].slice(0, limit) });
    const { open } = await reading({ rollouts });
    for (const path of ["/rollouts/events", "/rollouts/events/checkpoints"]) {
      const { text } = await open(path);
      expect(text, path).toContain(said.pt);
      expect(text, path).toContain(why.pt);
      expect(text, path).not.toContain(said.text);
      expect(text, path).toContain('<span lang="en">as it was said then</span>');
    }
  });

  it("of what is not as it should be, on every page, since when; and of what doctor finds", async () => {
    const ill = say("The store takes no writes", "O store não aceita gravações");
    const checks = [{ name: "orders: sends", status: "warn", ...say("not held", "não retidos") } as const];
    const { words } = await reading({
      ailing: () => [{ ...ill, sinceMs: sampleNow }],
      checks: async () => checks,
    });
    for (const path of ["/", "/flags"]) {
      expect(await words(path)).toContain(ill.pt);
      expect(await words(path)).not.toContain(ill.text);
    }
    expect(await words("/settings?doctor=run")).toMatch(/orders: envios\s+não retidos/);
  });

  it("of why something was refused: a write of flags, an order", async () => {
    const { rollouts } = sampleRollouts({
      act: async () => ({ kind: "refused", why: "cannot pause: it is over", pt: "não é possível pausar: acabou" }),
    });
    const { send } = await reading({ rollouts });
    const order = await send("/rollouts/events/pause", { reason: "lunch", once: "one" });
    expect(order.text).toContain("Não é possível pausar: acabou");
    expect(order.text).not.toContain("cannot pause");
    const write = await send("/flags/CANONICAL_SHADOW/delete", { reason: "gone", version: "0" }, "/flags");
    expect([write.status, write.text]).toEqual([200, expect.stringContaining("isto faria cutover")]);
    expect(write.text).not.toContain("this would cut over");
  });

  it("and is English to programs, with its Portuguese beside it", async () => {
    const { rollouts } = sampleRollouts({}, [rollout()]);
    const { admin } = await reading({
      rollouts,
      checks: async () => [{ name: "store", status: "ok", ...say("it answers", "responde") }],
    });
    const { text } = await admin.ask("/api/doctor", { headers: portuguese });
    expect(JSON.parse(text)).toEqual({
      checks: [{ name: "store", status: "ok", text: "it answers", pt: "responde" }],
    });
  });
});
