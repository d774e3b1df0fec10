/** `sombra incident`: what keeps every rollout from advancing. */
import { z } from "zod";
import { adminCommand, group } from "../frame.ts";
import { table, type Look } from "../table.ts";
import { reasonOption } from "../usage.ts";

const incidentShape = z.looseObject({
  id: z.string(),
  state: z.string(),
  title: z.string(),
  severity: z.string(),
  opened_at: z.string(),
  opened_by: z.string(),
  closed_at: z.string().nullable(),
});

type ToldIncident = z.infer<typeof incidentShape>;

const changedShape = z.looseObject({
  id: z.string(),
  before: incidentShape.nullable(),
  after: incidentShape.nullable(),
  unchanged: z.boolean(),
});

const list = adminCommand(
  {
    name: "incident list",
    takes: "",
    summary: "incidents that are open; an open critical one keeps every rollout from advancing",
    options: { all: { takes: null, help: "those that are closed as well" } },
    examples: ["", "--all"],
  },
  async ({ given, ask, print, look }) => {
    const path = `/api/incidents${given.has("all") ? "" : "?state=open"}`;
    const answer = await ask({ path, shape: z.looseObject({ incidents: z.array(incidentShape) }) });
    print(answer, () => [answer.incidents.length === 0 ? "no incident is open" : tableOf(answer.incidents, look)]);
    return 0;
  },
);

const open = adminCommand(
  {
    name: "incident open",
    takes: "TITLE",
    summary: "say that something is wrong",
    options: { severity: { takes: "WORD", help: "critical (where not given), major or minor" }, ...reasonOption },
    examples: ['"orders are lost" --severity critical'],
  },
  async ({ given, ask, print, look }) => {
    const [title = ""] = given.values;
    const body = { title, severity: given.text("severity") ?? "critical", reason: given.text("reason") };
    const answer = await ask({ path: "/api/incidents", method: "POST", body, shape: changedShape });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);

const close = adminCommand(
  {
    name: "incident close",
    takes: "ID",
    summary: "say that it is over",
    options: reasonOption,
    examples: ['2026-11-21-1 --reason "mended in 2.3.1"'],
  },
  async ({ given, ask, print, look }) => {
    const [id = ""] = given.values;
    const body = { id, state: "closed", reason: given.text("reason") };
    const answer = await ask({ path: "/api/incidents", method: "POST", body, shape: changedShape });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);

function tableOf(incidents: readonly ToldIncident[], look: Look): string {
  const rows = incidents.map(({ id, state, severity, opened_at: since, opened_by: by, title }) => {
    return [id, state, severity, since, by, title];
  });
  return table(["ID", "STATE", "SEVERITY", "SINCE", "BY", "TITLE"], rows, look);
}

function changeLines({ id, before, after, unchanged }: z.infer<typeof changedShape>, look: Look): readonly string[] {
  if (unchanged) return [`${id}: unchanged (${after?.state ?? "-"})`];
  const rows = (["state", "severity", "title"] as const)
    .map((field) => [field, before?.[field] ?? "-", after?.[field] ?? "-"] as const)
    .filter(([, was, is]) => was !== is);
  return [look.style("bold", id), table(["FIELD", "BEFORE", "AFTER"], rows, look)];
}

export const incident = group({ name: "incident", summary: "what keeps every rollout from advancing" }, [
  list,
  open,
  close,
]);
