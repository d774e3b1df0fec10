import { z } from "zod";
import { exitFailed, WrongUse } from "../command.ts";
import { adminCommand } from "../frame.ts";
import { table, type Look } from "../table.ts";
import { checkpointShape, rolloutShape, summaryShape } from "./shapes.ts";
import { checkpointLines, rolloutLines } from "./show.ts";

/** Metrics from outside answer in seconds. */
const judgeMs = 60_000;

/** A channel may take its time. */
const sendMs = 20_000;

const sentShape = z.looseObject({ rollout: z.string(), channel: z.string(), said: z.string() });

const listShape = z.looseObject({
  rollouts: z.array(summaryShape),
  unreadable: z.array(z.string()),
  leader: z.string().nullable(),
});

export const status = adminCommand(
  {
    name: "rollout status",
    takes: "[ROLLOUT]",
    summary: "where rollouts stand; of one also why it waits and what its gates say",
    options: { send: { takes: "CHANNEL", help: "also send it there, as notifications of the configuration name it" } },
    examples: ["", "events", "events --json", "events --send team"],
  },
  async ({ given, ask, print, look }) => {
    const [id] = given.values;
    const channel = given.text("send");
    if (channel !== undefined) {
      if (id === undefined) throw new WrongUse("--send takes the status of one rollout: name it");
      const body = { rollout: id, channel };
      const answer = await ask({
        path: "/api/notifications/status",
        method: "POST",
        body,
        timeoutMs: sendMs,
        shape: sentShape,
      });
      print(answer, () => [`${answer.channel} took the status of ${answer.rollout}: ${answer.said}`]);
      return 0;
    }
    if (id === undefined) {
      const answer = await ask({ path: "/api/rollouts", shape: listShape });
      print(answer, () => listLines(answer, look));
      return 0;
    }
    const rollout = await ask({ path: `/api/rollouts/${encodeURIComponent(id)}`, shape: rolloutShape });
    print(rollout, () => rolloutLines(rollout, look));
    return 0;
  },
);

function listLines({ rollouts, unreadable }: z.infer<typeof listShape>, look: Look): readonly string[] {
  const rows = rollouts.map(({ id, flag, status, phase, serve, since }) => {
    return [id, flag, status, phase ?? "-", serve === null ? "-" : `${serve} %`, since ?? "-"];
  });
  return [
    rows.length === 0 ? "no rollout" : table(["ROLLOUT", "FLAG", "STATUS", "PHASE", "SERVES", "SINCE"], rows, look),
    ...unreadable.map((id) => `${id}: its record cannot be read`),
  ];
}

export const checkpoint = adminCommand(
  {
    name: "rollout checkpoint",
    takes: "ROLLOUT",
    summary: "look at everything now; exits 1 where it fails or cannot be computed",
    options: { name: { takes: "NAME", help: "such as T+2h; by the time where not given" } },
    examples: ["events --name T+2h", "events --json"],
  },
  async ({ given, ask, print, look }) => {
    const [id = ""] = given.values;
    const name = given.text("name");
    const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
    const path = `/api/rollouts/${encodeURIComponent(id)}/checkpoints${query}`;
    const answer = await ask({ path, method: "POST", timeoutMs: judgeMs, shape: checkpointShape });
    print(answer, () => checkpointLines(answer, look));
    return answer.status === "FAIL" || answer.status === "ERROR" ? exitFailed : 0;
  },
);

const drillShape = z.looseObject({ rollout: z.string(), seconds: z.number(), instances: z.number() });

export const drill = adminCommand(
  {
    name: "rollout drill",
    takes: "ROLLOUT",
    summary: "measure how long the way back takes, and bring everything back",
    about: ["While it lasts everybody whom its flag covers is answered by legacy, and nobody is compared."],
    examples: ["events"],
  },
  async ({ given, ask, print }) => {
    const [id = ""] = given.values;
    const path = `/api/rollouts/${encodeURIComponent(id)}/actions/drill`;
    const answer = await ask({ path, method: "POST", timeoutMs: judgeMs, shape: drillShape });
    const { seconds, instances } = answer;
    const all = instances === 1 ? "one instance was" : `all ${instances} instances were`;
    print(answer, () => [
      `${answer.rollout}: ${all} on legacy after ${seconds.toFixed(2)} s, and everything is as it was`,
    ]);
    return 0;
  },
);
