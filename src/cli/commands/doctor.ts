import { z } from "zod";
import { AskError } from "./ask.ts";
import { checkShape, checkTable, type Check } from "./checks.ts";
import { exitFailed } from "./command.ts";
import { adminCommand, type Session } from "./frame.ts";

const doctorShape = z.looseObject({ checks: z.array(checkShape) });
const readyShape = z.looseObject({ degraded: z.array(z.string()) });
const auditShape = z.looseObject({ entries: z.number(), broken_at: z.number().nullable() });

/** Handlers are called, and the audit is read from its beginning. */
const checksMs = 60_000;
/** Each channel has 10 s to take a test. */
const notifyMs = 30_000;
/** Candidates get their time to answer, and to act afterwards. */
const probeMs = 1_200_000;

export const doctor = adminCommand(
  {
    name: "doctor",
    takes: "",
    summary: "look at everything and say what is wrong; exits 1 where a check fails",
    options: {
      probe: {
        takes: null,
        help: "send each candidate a delivery from nobody, with what it does held, and say what calls came of it",
      },
      notify: {
        takes: null,
        help: "send a test by each channel of notifications, say what came of it, and keep that",
      },
    },
    examples: ["", "--json", "--probe", "--notify"],
  },
  async ({ ask, given, print, look }) => {
    const { checks: looked } = await ask({ path: "/api/doctor", timeoutMs: checksMs, shape: doctorShape });
    const probed = given.has("probe")
      ? await ask({ path: "/api/doctor/probe", method: "POST", timeoutMs: probeMs, shape: doctorShape })
      : { checks: [] };
    const notified = given.has("notify")
      ? await ask({ path: "/api/notifications/test", method: "POST", timeoutMs: notifyMs, shape: doctorShape })
      : { checks: [] };
    const tested = new Set(notified.checks.map(({ name }) => name));
    const found = [...looked.filter(({ name }) => !tested.has(name)), ...probed.checks, ...notified.checks];
    const { degraded } = await ask({ path: "/readyz", shape: readyShape });
    // What a check says is said once.
    const left = degraded.filter((text) => !found.some((check) => check.text === text));
    const isKnown = (name: string): boolean => found.some((check) => check.name === name);
    const checks: readonly Check[] = [
      ...found,
      ...left.map((text) => ({ name: "degraded", status: "warn", text }) as const),
      ...(isKnown("audit") ? [] : [await auditCheck(ask)]),
    ];
    const failed = checks.filter(({ status }) => status === "fail").length;
    const sum = failed === 0 ? "no check fails" : `${failed} of ${checks.length} checks fail`;
    print({ checks }, () => [checkTable(checks, look), "", sum]);
    return failed === 0 ? 0 : exitFailed;
  },
);

async function auditCheck(ask: Session["ask"]): Promise<Check> {
  const name = "audit";
  try {
    const { entries, broken_at: at } = await ask({ path: "/api/audit/check", timeoutMs: checksMs, shape: auditShape });
    if (at === null) return { name, status: "ok", text: `${entries} entries, each follows from the one before` };
    return { name, status: "fail", text: `entry ${at} does not follow from the one before: somebody altered it` };
  } catch (error) {
    if (error instanceof AskError) return { name, status: "warn", text: error.message };
    throw error;
  }
}
