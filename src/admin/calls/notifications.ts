import type { Context, Hono } from "hono";
import { actorOf } from "../actor.ts";
import { parseJson } from "../json.ts";
import type { AdminDeps } from "../deps.ts";
import { readFields, text } from "../fields.ts";
import { invalid, problem } from "../problem.ts";
import { resource } from "./resource.ts";

/** Channels that people are told by: how they fare, a test of each, and a status on demand. */
export function addNotifications(app: Hono, { notifications }: Pick<AdminDeps, "notifications">): void {
  const noChannel = (c: Context): Response => {
    const names = notifications.channels().map(({ channel }) => channel);
    const there = names.length === 0 ? "none is configured" : `there are ${names.join(", ")}`;
    return problem(c, 404, `No channel of this name: ${there}`);
  };
  resource(app, "/api/notifications", { GET: (c) => c.json({ channels: notifications.channels() }) });
  resource(app, "/api/notifications/test", {
    async POST(c) {
      const read = await fieldsOf(c);
      if (read instanceof Response) return read;
      const { kind, name } = actorOf(c);
      const checks = await notifications.test(`${kind}:${name}`, read.channel ?? null);
      return checks === null ? noChannel(c) : c.json({ checks });
    },
  });
  resource(app, "/api/notifications/status", {
    async POST(c) {
      const read = await fieldsOf(c);
      if (read instanceof Response) return read;
      const { rollout, channel } = read;
      const missing = Object.entries({ rollout, channel }).filter(([, value]) => value === undefined);
      if (rollout === undefined || channel === undefined)
        return invalid(
          c,
          missing.map(([where]) => ({ where, is: "missing", must: "a name" })),
        );
      if (!notifications.channels().some((one) => one.channel === channel)) return noChannel(c);
      const answer = await notifications.status(rollout, channel);
      if (answer.kind === "unknown") return problem(c, 404, "No rollout of this name: GET /api/rollouts lists them");
      if (answer.kind === "failed") return problem(c, 503, `${channel} did not take it: ${answer.why}`);
      return c.json({ rollout, channel, said: answer.said });
    },
  });
}

/** A body may be left out. */
async function fieldsOf(c: Context) {
  const bytes = await c.req.arrayBuffer();
  const body = bytes.byteLength === 0 ? ({ ok: true, value: {} } as const) : parseJson(bytes);
  if (!body.ok) return problem(c, 400, body.detail);
  const read = readFields(body.value, { rollout: text, channel: text });
  return read.ok ? read.fields : invalid(c, read.problems);
}
