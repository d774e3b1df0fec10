import { table, type Look } from "../table.ts";
import type { Acted, Summary, ToldCheckpoint, ToldRollout } from "./shapes.ts";

const shown = ["status", "phase", "serve"] as const;

/** What was before and what is now. */
export function actedLines({ rollout, what, unchanged, before, after }: Acted, look: Look): readonly string[] {
  const now = after === null ? "" : ` (${[after.status, after.phase].filter((one) => one !== null).join(", ")})`;
  if (unchanged) return [`${rollout}: unchanged${now}`];
  const rows = shown
    .map((field) => [field, cell(before, field), cell(after, field)] as const)
    .filter(([, was, is]) => was !== is);
  const title = `${look.style("bold", rollout)}: ${what}`;
  return rows.length === 0 ? [title] : [title, table(["FIELD", "BEFORE", "AFTER"], rows, look)];
}

function cell(summary: Summary | null, field: (typeof shown)[number]): string {
  const value = summary?.[field] ?? null;
  if (value === null) return "-";
  return field === "serve" ? `${value} %` : String(value);
}

/** Where it stands, why it waits and what speaks for it or against it. */
export function rolloutLines(rollout: ToldRollout, look: Look): readonly string[] {
  const { id, flag, mode, status, current, state, since, why, time, checkpoint, approval, without } = rollout;
  const observed = mode === "observe" ? ", only observes" : "";
  const rows: (readonly [string, string])[] = [
    ["status", `${status}${toText(state.to)}${since === null ? "" : ` since ${since}`}${observed}`],
    ["flag", flag],
  ];
  if (state.reason !== undefined)
    rows.push(["because", `${state.reason}${state.by === undefined ? "" : ` (${state.by})`}`]);
  if (current !== null) {
    const share = `serves ${rollout.serve ?? 0} %, compares ${current.compare} %`;
    rows.push([
      state.to === undefined ? "phase" : "left",
      `${current.name} (${current.index + 1} of ${current.of}): ${share}`,
    ]);
  }
  if (time !== null) rows.push(["time", timeText(time)]);
  if (why !== null) rows.push(["waits", why]);
  if (rollout.missing_pairs !== null) rows.push(["missing", `${rollout.missing_pairs} pairs`]);
  if (approval !== null) rows.push(["approvals", approvalText(approval)]);
  if (checkpoint !== null) rows.push(["checkpoint", `${checkpoint.status}: ${checkpoint.name} at ${checkpoint.at}`]);
  if (without !== null) rows.push(["without", `what the store keeps of it: ${without}`]);
  const parts = [look.style("bold", id), table(["FIELD", "VALUE"], rows, look)];
  return rollout.gates.length === 0 ? parts : [...parts, "", gateTable(rollout, look)];
}

/** Where a rollback led. */
function toText(to: ToldRollout["state"]["to"]): string {
  if (to === undefined) return "";
  return ` to ${typeof to === "string" ? to : to.phase}`;
}

function timeText({ running, left, due_in: dueIn }: NonNullable<ToldRollout["time"]>): string {
  const rest = left > 0 ? `${durationText(left)} to go at least` : "long enough";
  const due = dueIn === null ? "" : dueIn > 0 ? `, a decision is due in ${durationText(dueIn)}` : ", a decision is due";
  return `ran ${durationText(running)}, ${rest}${due}`;
}

function approvalText({ count, given, names, not }: NonNullable<ToldRollout["approval"]>): string {
  const who = names.length === 0 ? "" : `, of ${names.join(", ")}`;
  return `${given} of ${count}${who}${not.length === 0 ? "" : `, not of ${not.join(", ")}`}`;
}

/** A checkpoint with the figures behind each gate. */
export function checkpointLines(checkpoint: ToldCheckpoint, look: Look): readonly string[] {
  const { name, at, phase, status, conclusion, why } = checkpoint;
  const title = `${look.style("bold", name)}: ${status} in ${phase} at ${at}, ${conclusion}`;
  return [
    title,
    ...(why === "" ? [] : [why]),
    ...(checkpoint.gates.length === 0 ? [] : ["", gateTable(checkpoint, look)]),
  ];
}

function gateTable({ gates, alerts }: Pick<ToldCheckpoint, "gates" | "alerts">, look: Look): string {
  const rows = gates.map(({ gate, verdict, text, missing, expected }) => {
    return [gate, `${verdict}${expected ? " (expected)" : ""}`, missing === null ? "-" : String(missing), text];
  });
  const told = alerts.map(({ type, severity, message, expected }) => {
    return [type, `${severity}${expected ? " (expected)" : ""}`, "-", message];
  });
  return table(["GATE", "VERDICT", "MISSING", "WHY"], [...rows, ...told], look);
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** The two largest units: `23 h 10 min`. */
export function durationText(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const parts = units.flatMap(([unit, size]) => {
    const n = Math.floor(left / size);
    left -= n * size;
    return n === 0 ? [] : [`${n} ${unit}`];
  });
  return parts.slice(0, 2).join(" ") || "0 s";
}
