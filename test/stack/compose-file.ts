import { z } from "zod";
import { documentIn } from "./files.ts";

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), target: z.string().optional() }).optional(),
  hostname: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  init: z.literal(true).optional(),
  read_only: z.literal(true).optional(),
  cap_drop: z.tuple([z.literal("ALL")]).optional(),
  security_opt: z.tuple([z.literal("no-new-privileges:true")]).optional(),
  restart: z.literal("unless-stopped"),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string() }).optional(),
  depends_on: z
    .union([
      z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, {}]))),
      z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })),
    ])
    .optional(),
});

const schema = z.strictObject({
  name: z.literal("sombra"),
  "x-demo": z.unknown(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

/** What of the Compose specification docker/compose.yaml uses, and nothing else. */
export const compose = documentIn("compose.yaml", schema);

/** Where each service listens inside its container: by its image, or as docker/demo has it. */
export const portsOf: Readonly<Record<string, readonly number[]>> = {
  sombra: [8080, 8081, 8082],
  redis: [6379],
  graph: [3000],
  legacy: [3000],
  candidate: [3000],
  load: [],
  collector: [4317, 4318],
  jaeger: [4317, 16686],
  prometheus: [9090],
  grafana: [3000],
};
