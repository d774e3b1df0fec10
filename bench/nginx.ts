import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fleet } from "./child.ts";
import { processTree } from "./cpu.ts";
import type { Backends, Started } from "./subject.ts";

// Debian keeps it where only root's PATH looks.
const programs = ["nginx", "/usr/sbin/nginx"];
const startTimeoutMs = 5_000;

interface Nginx {
  readonly program: string;
  readonly version: string;
}

export function findNginx(): Nginx {
  for (const program of programs) {
    const { status, stderr } = spawnSync(program, ["-v"], { encoding: "utf8" });
    if (status === 0) {
      return { program, version: stderr.trim().replace("nginx version: ", "") };
    }
  }
  throw new Error(
    'Cannot find nginx, which the bench compares with: install it ("apt-get install nginx" on Debian and Ubuntu, as root), ' +
      "or leave it out with --only direct,legacy,dual-run,dual-run-new,dual-run-hang",
  );
}

interface Proxying extends Backends {
  /** Target of the copies; null: no mirror. */
  readonly mirrorTo: string | null;
}

/**
 * One worker, no access log, connections kept alive on both sides. Yet nginx reads no body of a mirrored call's answer, and
 * so has to close the connection to the candidate after each call, unless the answer says that there is no body.
 */
export async function startNginx(fleet: Fleet, prefix: string, proxying: Proxying): Promise<Started> {
  mkdirSync(prefix);
  const port = await freePort();
  const file = join(prefix, "nginx.conf");
  writeFileSync(file, configuration(port, proxying));
  const { pid } = fleet.start({
    name: proxying.mirrorTo === null ? "nginx proxy_pass" : "nginx mirror",
    command: findNginx().program,
    args: ["-p", prefix, "-c", file, "-e", "stderr"],
    cwd: prefix,
  });
  await untilListening(port);
  const workers = processTree(pid).length - 1;
  if (workers !== 1) {
    throw new Error(`nginx must have 1 worker, it has ${workers}`);
  }
  return { port, pid, check: () => Promise.resolve([]) };
}

function configuration(port: number, { legacyPort, candidatePort, mirrorTo }: Proxying): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${name}_temp;`).join("\n  ")}
  keepalive_requests 100000000;
  upstream legacy { server 127.0.0.1:${legacyPort}; keepalive 64; keepalive_requests 100000000; }
  upstream candidate { server 127.0.0.1:${candidatePort}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    location / {
      ${mirrorTo === null ? "" : "mirror /mirror;"}
      proxy_pass http://legacy;
    }
    location = /mirror {
      internal;
      # Kind to nginx: the default is 60 s, for which each connection of a client would be held.
      proxy_read_timeout 1s;
      proxy_pass http://candidate${mirrorTo ?? "/"};
    }
  }
}
`;
}

/** nginx cannot be asked which port it took, so it is told one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("A server on a port of 127.0.0.1 has no port");
  }
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const socket = connect({ host: "127.0.0.1", port });
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`nginx does not listen on port ${port}`, { cause: error });
      }
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}
