import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/gates.ts";
import { Opened } from "../support/opened.ts";
import { json, startSide } from "../support/side.ts";
import { textOf } from "./files.ts";

const opened = new Opened();
afterEach(opened.close);

/** Instructions of the Dockerfile, by stage; the last stage is the image. */
const stages = textOf("Dockerfile")
  .split(/^(?=FROM )/m)
  .slice(1)
  .map((stage) => stage.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
const image = stages.at(-1) ?? [];
const valueOf = (instruction: string): string =>
  image.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? "";

describe("the image", () => {
  it("is made of the Node that the tests run on, by tag, in every stage", () => {
    const bases = stages.map(([from = ""]) => from.split(" ")[1] ?? "");
    const own = new Set(bases.filter((base) => base.includes(":")));
    expect(own).toEqual(new Set([`node:${process.versions.node}-bookworm-slim`]));
  });

  it("has the build, the packages of production, and nothing else", () => {
    const copied = image.filter((line) => line.startsWith("COPY "));
    expect(copied).toEqual([
      "COPY --from=production /app/node_modules ./node_modules",
      "COPY --from=build /app/package.json /app/docker/healthcheck.ts ./",
      "COPY --from=build /app/dist ./dist",
    ]);
    const lines = stages.flat();
    expect(lines).toContain("RUN npm ci --omit=dev --ignore-scripts");
    expect(lines).toContain("RUN npm run build");
  });

  it("is run by nobody with rights, and by node itself, which gets the signals", () => {
    expect(valueOf("USER")).toBe("node");
    expect(JSON.parse(valueOf("CMD"))).toEqual(["node", "dist/cli/main.js", "serve"]);
    expect(image.filter((line) => /^(ENTRYPOINT|SHELL)/.test(line))).toEqual([]);
    expect(valueOf("ENV")).toContain("SOMBRA_DATA_DIR=/data");
    expect(valueOf("VOLUME")).toBe("/data");
  });

  it("is built from a context with what the build reads, and no secret or data", () => {
    const context = readIgnore();
    for (const needed of ["package.json", "package-lock.json", ".npmrc", "tsconfig.build.json", "src", "scripts"]) {
      expect(context).toContain(needed);
      expect(existsSync(join(root, needed))).toBe(true);
    }
    expect(context).not.toContain("data");
  });
});

/** What .dockerignore lets in: it begins by leaving everything out. */
function readIgnore(): readonly string[] {
  const [first, ...rest] = textOf("../.dockerignore").trim().split("\n");
  expect(first).toBe("*");
  return rest.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
}

const check = async (env: Readonly<Record<string, string>>): Promise<number | null> => {
  const child = spawn(process.execPath, [join(root, "docker/healthcheck.ts")], { env, stdio: "ignore" });
  await once(child, "exit");
  return child.exitCode;
};

describe("the health check", () => {
  it("is that of the image", () => {
    expect(image.find((line) => line.startsWith("HEALTHCHECK"))).toMatch(/ CMD \["node", "healthcheck\.ts"\]$/);
  });

  it("says that a running Sombra lives, and that there is none where there is none", async () => {
    const legacy = opened.add(await startSide(json(200, {})));
    const sombra = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url });
    const { port } = new URL(sombra.adminUrl);
    expect(await check({ SOMBRA_ADMIN_PORT: port })).toBe(0);
    expect(await check({ SOMBRA_ADMIN_PORT: port, SOMBRA_ADMIN_HOST: "localhost" })).toBe(0);
    // Anything else that answers there is not Sombra.
    expect(await check({ SOMBRA_ADMIN_PORT: new URL(opened.add(await startSide(json(404, {}))).url).port })).toBe(1);
    await sombra.stop();
    expect(await check({ SOMBRA_ADMIN_PORT: port })).toBe(1);
  });
});

function canIsolate(): boolean {
  try {
    execFileSync("unshare", ["--mount", "--pid", "--fork", "true"], { stdio: "ignore" });
    execFileSync("setpriv", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * What an engine gives a container, by the kernel's own means: a first process, a root file system that is read-only save
 * for the data directory, a user without rights. Needs Linux and the rights to ask for it.
 */
describe.runIf(canIsolate())("as the first process of a container", () => {
  const start = (dataDir: string, env: Readonly<Record<string, string>>, args: readonly string[] = ["serve"]) => {
    const uid = "65534";
    execFileSync("chown", [uid, dataDir]);
    const script = [
      "mount --bind $DATA $DATA",
      "mount -o remount,bind,ro /",
      "if touch $OUTSIDE/x 2>/dev/null; then exit 9; fi",
      `exec setpriv --reuid=${uid} --regid=${uid} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
    ].join("\n");
    const command = [process.execPath, join(root, "src/cli/main.ts"), ...args];
    const flags = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const child = spawn("unshare", [...flags, "sh", "-ec", script, "sh", ...command], {
      env: { PATH: process.env["PATH"], DATA: dataDir, OUTSIDE: root, SOMBRA_DATA_DIR: dataDir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = once(child, "exit").then(([code]) => (typeof code === "number" ? code : null));
    opened.add({
      close: async () => {
        child.kill("SIGKILL");
        await exited;
        rmSync(dataDir, { recursive: true });
      },
    });
    return { child, exited };
  };
  const ports = { SOMBRA_HOST: "127.0.0.1", SOMBRA_PORT: "0", SOMBRA_ADMIN_PORT: "0", SOMBRA_EGRESS_PORT: "0" };
  /** The first process, as this machine numbers it. */
  const firstOf = (pid = 0): number =>
    Number(
      execFileSync("pgrep", ["-P", String(pid)])
        .toString()
        .trim(),
    );

  it("answers, writes to its data directory alone, and heeds SIGTERM", async () => {
    const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
    const dataDir = mkdtempSync(join(tmpdir(), "sombra-container-"));
    const { child, exited } = start(dataDir, { ...ports, SOMBRA_LEGACY_URL: legacy.url });
    const complaints = text(child.stderr);
    let port: unknown = null;
    for await (const line of createInterface({ input: child.stdout })) {
      const told: Record<string, unknown> = JSON.parse(line);
      if (told["plane"] !== "data") continue;
      expect(told["pid"]).toBe(1);
      port = told["port"];
      break;
    }
    expect(port, "it said where it listens").not.toBeNull();
    const answer = await fetch(`http://127.0.0.1:${String(port)}/`, { method: "POST", body: "{}" });
    expect(await answer.json()).toEqual({ by: "legacy" });
    process.kill(firstOf(child.pid), "SIGTERM");
    expect(await exited, await complaints).toBe(0);
  });

  it("is ended by SIGTERM where no command heeds it, although the kernel spares a first process", async () => {
    const silent = opened.add(await startSide(() => undefined));
    const dataDir = mkdtempSync(join(tmpdir(), "sombra-container-"));
    const { child, exited } = start(dataDir, { SOMBRA_ADMIN_URL: silent.url }, ["flags", "list"]);
    await silent.requests(1);
    process.kill(firstOf(child.pid), "SIGTERM");
    expect(await exited).toBe(143);
  });
});
