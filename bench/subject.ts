import { join } from "node:path";
import type { Fleet } from "./child.ts";
import { startListening } from "./own.ts";
import { startNginx } from "./nginx.ts";
import { emptyPath, type PayloadKind } from "./protocol.ts";
import { startSombra } from "./sombra.ts";

export const subjectNames = [
  "direct",
  "nginx",
  "nginx-send",
  "nginx-mirror",
  "nginx-mirror-empty",
  "nginx-mirror-hang",
  "bare",
  "bare-copy",
  "lean-copy",
  "legacy",
  "dual-run",
  "dual-run-new",
  "dual-run-traced",
  "dual-run-hang",
  "egress",
] as const;

export type SubjectName = (typeof subjectNames)[number];

export interface Backends {
  readonly legacyPort: number;
  readonly candidatePort: number;
}

/** What stands between the client and legacy, once it runs. */
export interface Started {
  readonly port: number;
  /** null: nothing stands between them. */
  readonly pid: number | null;
  /** What is wrong after `sent` requests in all; waits for comparisons that are still pending. */
  check(sent: number): Promise<string[]>;
}

export interface Subject extends Started {
  readonly name: SubjectName;
  /** What is asked for. */
  readonly path: string;
  readonly payload: PayloadKind;
  /** What the candidate does while the subject is measured. */
  readonly candidate: "answer" | "answer-new" | "hang";
  /** It leaves requests without an answer while the candidate hangs, which is its figure and not a fault of the bench. */
  readonly stalls: boolean;
  /** V8 runs it: it compiles its code while it works, for its first half minute or so. */
  readonly jit: boolean;
  /** How many requests reach the candidate: each once, none, or as many as the subject thinks right. */
  readonly copies: "each" | "none" | "some";
}

/** What subjects are started with. */
export interface Ground extends Backends {
  readonly fleet: Fleet;
  /** Where traces go; null: no subject is traced. */
  readonly collectorPort: number | null;
  /** A directory of this run, for what the subjects write. */
  readonly directory: string;
  /** The program that is started as Sombra. */
  readonly entry: string;
}

type Traits = Pick<Subject, "path" | "payload" | "candidate" | "stalls" | "jit" | "copies">;

const uncopied: Traits = {
  path: "/webhook",
  payload: "delivery",
  candidate: "answer",
  stalls: false,
  jit: true,
  copies: "none",
};
const copied: Traits = { ...uncopied, copies: "each" };
const hanging: Traits = { ...uncopied, candidate: "hang", copies: "some" };

const traits: Readonly<Record<SubjectName, Traits>> = {
  direct: { ...uncopied, jit: false },
  nginx: { ...uncopied, jit: false },
  "nginx-send": { ...uncopied, payload: "send", jit: false },
  "nginx-mirror": { ...copied, jit: false },
  "nginx-mirror-empty": { ...copied, jit: false },
  "nginx-mirror-hang": { ...hanging, stalls: true, jit: false },
  bare: uncopied,
  "bare-copy": copied,
  "lean-copy": copied,
  legacy: uncopied,
  "dual-run": copied,
  "dual-run-new": { ...copied, candidate: "answer-new" },
  "dual-run-traced": copied,
  "dual-run-hang": hanging,
  egress: { ...uncopied, payload: "send", path: "/legacy/graph/v23.0/999010000000003/messages" },
};

export async function startSubject(name: SubjectName, ground: Ground): Promise<Subject> {
  return { name, ...traits[name], ...(await start(name, ground)) };
}

function start(name: SubjectName, ground: Ground): Promise<Started> {
  const { fleet, ...backends } = ground;
  const directory = join(ground.directory, name);
  switch (name) {
    case "direct":
      return Promise.resolve({ port: ground.legacyPort, pid: null, check: () => Promise.resolve([]) });
    case "nginx":
    case "nginx-send":
      return startNginx(fleet, directory, { ...backends, mirrorTo: null });
    case "nginx-mirror":
    case "nginx-mirror-hang":
      return startNginx(fleet, directory, { ...backends, mirrorTo: "$request_uri" });
    case "nginx-mirror-empty":
      return startNginx(fleet, directory, { ...backends, mirrorTo: emptyPath });
    case "bare":
      return startBare(fleet, "bare", [ground.legacyPort]);
    case "bare-copy":
      return startBare(fleet, "bare", [ground.legacyPort, ground.candidatePort]);
    case "lean-copy":
      return startBare(fleet, "lean", [ground.legacyPort, ground.candidatePort]);
    case "legacy":
    case "dual-run":
    case "dual-run-new":
    case "dual-run-traced":
    case "dual-run-hang":
    case "egress":
      return startSombra(ground, directory, name);
  }
}

async function startBare(fleet: Fleet, program: "bare" | "lean", ports: readonly number[]): Promise<Started> {
  const { child, port } = await startListening(fleet, program, ...ports.map(String));
  return { port, pid: child.pid, check: () => Promise.resolve([]) };
}
