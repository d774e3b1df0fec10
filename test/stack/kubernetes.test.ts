import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "../../scripts/gates.ts";
import { load } from "../../src/cli/config/sample.ts";
import { documentIn, documentsOf, runs } from "./files.ts";

const labels = z.strictObject({ "app.kubernetes.io/name": z.literal("sombra") });
const metadata = z.strictObject({ name: z.string(), labels });
const selector = z.strictObject({ matchLabels: labels });
const envVariable = z.union([
  z.strictObject({ name: z.string(), value: z.string() }),
  z.strictObject({
    name: z.string(),
    valueFrom: z.union([
      z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.literal("status.podIP") }) }),
      z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
    ]),
  }),
]);
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number().optional(),
});
const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.number() })),
  envFrom: z.array(z.strictObject({ configMapRef: z.strictObject({ name: z.string() }) })),
  env: z.array(envVariable),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: z.strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
  securityContext: z.strictObject({
    readOnlyRootFilesystem: z.literal(true),
    allowPrivilegeEscalation: z.literal(false),
    capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
});
const deploymentShape = z.strictObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("Deployment"),
  metadata,
  spec: z.strictObject({
    selector,
    strategy: z.strictObject({ rollingUpdate: z.strictObject({ maxSurge: z.number(), maxUnavailable: z.number() }) }),
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.number().positive(),
          runAsGroup: z.number(),
          fsGroup: z.number(),
          seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
        }),
        topologySpreadConstraints: z.array(
          z.strictObject({
            maxSkew: z.number(),
            topologyKey: z.literal("kubernetes.io/hostname"),
            whenUnsatisfiable: z.literal("ScheduleAnyway"),
            labelSelector: selector,
          }),
        ),
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([container]),
        volumes: z.array(z.strictObject({ name: z.string(), emptyDir: z.strictObject({ sizeLimit: z.string() }) })),
      }),
    }),
  }),
});
const serviceShape = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Service"),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name: z.string(), port: z.number(), targetPort: z.string() })),
  }),
});
const port = z.strictObject({ port: z.string() });

const deployment = documentIn("kubernetes/deployment.yaml", deploymentShape);
const { template } = deployment.spec;
const [sombra] = template.spec.containers;
const services = documentsOf("kubernetes/service.yaml").map((document) => serviceShape.parse(document));
const { data: settings } = documentIn(
  "kubernetes/configmap.yaml",
  z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("ConfigMap"),
    metadata,
    data: z.record(z.string(), z.string()),
  }),
);
const portNames = sombra.ports.map(({ name }) => name);

describe("the deployment", () => {
  it("runs an image whose settings Sombra takes", () => {
    const podIp = "10.1.2.3";
    const secrets: Readonly<Record<string, string>> = {
      "admin-token": "a-long-enough-token",
      "app-secret": "a-secret",
      "redis-url": "redis://redis:6379/0",
    };
    const told = sombra.env.map((one) => {
      if ("value" in one) return [one.name, one.value.replaceAll("$(POD_IP)", podIp)];
      return [one.name, "fieldRef" in one.valueFrom ? podIp : (secrets[one.valueFrom.secretKeyRef.key] ?? "")];
    });
    expect(told.find(([name]) => name === "POD_IP")).toEqual(["POD_IP", podIp]);
    const config = load({ ...settings, ...Object.fromEntries(told) });
    expect(config.admin).toMatchObject({ host: podIp, port: 8081 });
    expect(sombra.ports).toEqual([
      { name: "data", containerPort: config.data.port },
      { name: "admin", containerPort: config.admin.port },
      { name: "egress", containerPort: config.egress.port },
    ]);
    expect(config.redisUrl).toBe("redis://redis:6379/0");
    // preStop, graceMs, and what egress and log may take after that.
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(5 + config.graceMs / 1000 + 7);
  });

  it("takes its settings from the map that is there, secrets by reference alone", () => {
    expect(sombra.envFrom).toEqual([{ configMapRef: { name: "sombra" } }]);
    const written = [...Object.keys(settings), ...sombra.env.flatMap((one) => ("value" in one ? one.name : []))];
    expect(written.filter((name) => /TOKEN|SECRET|REDIS|HASH_KEY/.test(name))).toEqual([]);
  });

  it("writes to a volume of its own alone", () => {
    expect(sombra.volumeMounts).toEqual([{ name: "data", mountPath: "/data" }]);
    expect(template.spec.volumes.map(({ name }) => name)).toEqual(["data"]);
  });

  it("is asked at calls that are open to all", () => {
    const { startupProbe, readinessProbe, livenessProbe } = sombra;
    const asked = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet);
    expect(asked.map(({ path }) => path)).toEqual(["/healthz", "/readyz", "/healthz"]);
    expect(new Set(asked.map((one) => one.port))).toEqual(new Set(["admin"]));
  });
});

describe("what stands around it", () => {
  it("leads to ports that the container has, and to the admin port from no service", () => {
    const targets = services.flatMap(({ spec }) => spec.ports.map(({ targetPort }) => targetPort));
    expect(targets).toEqual(["data", "egress"]);
    expect(portNames).toEqual(expect.arrayContaining(targets));
  });

  it("keeps one pod at a time from being taken away", () => {
    const { spec } = documentIn(
      "kubernetes/disruption.yaml",
      z.strictObject({
        apiVersion: z.literal("policy/v1"),
        kind: z.literal("PodDisruptionBudget"),
        metadata,
        spec: z.strictObject({ maxUnavailable: z.number(), selector }),
      }),
    );
    expect(spec.maxUnavailable).toBe(1);
  });

  it("scales the deployment by CPU, whose request it has; two at least, so that a budget of one is of use", () => {
    const { spec } = documentIn(
      "kubernetes/autoscaling.yaml",
      z.strictObject({
        apiVersion: z.literal("autoscaling/v2"),
        kind: z.literal("HorizontalPodAutoscaler"),
        metadata,
        spec: z.strictObject({
          scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
          minReplicas: z.number(),
          maxReplicas: z.number(),
          metrics: z.tuple([
            z.strictObject({
              type: z.literal("Resource"),
              resource: z.strictObject({
                name: z.literal("cpu"),
                target: z.strictObject({ type: z.literal("Utilization"), averageUtilization: z.number() }),
              }),
            }),
          ]),
          behavior: z.strictObject({ scaleDown: z.strictObject({ stabilizationWindowSeconds: z.number() }) }),
        }),
      }),
    );
    const { apiVersion, kind, metadata: named } = deployment;
    expect(spec.scaleTargetRef).toEqual({ apiVersion, kind, name: named.name });
    expect(spec.minReplicas).toBeGreaterThan(1);
    expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
  });

  it("lets only Prometheus call the admin port, and only handlers the egress", () => {
    const { spec } = documentIn(
      "kubernetes/network.yaml",
      z.strictObject({
        apiVersion: z.literal("networking.k8s.io/v1"),
        kind: z.literal("NetworkPolicy"),
        metadata,
        spec: z.strictObject({
          podSelector: selector,
          policyTypes: z.tuple([z.literal("Ingress")]),
          ingress: z.array(z.strictObject({ ports: z.tuple([port]), from: z.array(z.unknown()).optional() })),
        }),
      }),
    );
    expect(spec.ingress.map(({ ports: [{ port: name }], from }) => [name, from?.length ?? null])).toEqual([
      ["data", null],
      ["egress", 1],
      ["admin", 1],
    ]);
  });
});

describe("the kustomization", () => {
  const { resources, images } = documentIn(
    "kubernetes/kustomization.yaml",
    z.strictObject({
      apiVersion: z.literal("kustomize.config.k8s.io/v1beta1"),
      kind: z.literal("Kustomization"),
      resources: z.array(z.string()),
      images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })),
    }),
  );

  it("has every manifest, and the image with the version of the package", () => {
    const manifests = readdirSync(join(root, "docker/kubernetes")).filter((name) => name !== "kustomization.yaml");
    expect(resources.toSorted()).toEqual(manifests.toSorted());
    const { version } = z.object({ version: z.string() }).parse(documentIn("../package.json", z.unknown()));
    expect(images).toEqual([{ name: sombra.image, newName: "sombra", newTag: version }]);
  });

  it.runIf(runs("kubectl", "version", "--client"))("is what kubectl builds", () => {
    const built = execFileSync("kubectl", ["kustomize", "docker/kubernetes"], { cwd: root }).toString();
    const kinds = [...built.matchAll(/^kind: (\w+)$/gm)].map(([, kind = ""]) => kind);
    expect(kinds.toSorted()).toEqual([
      "ConfigMap",
      "Deployment",
      "HorizontalPodAutoscaler",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "Service",
    ]);
    expect(built).toContain(`image: sombra:${images[0]?.newTag ?? ""}`);
  });
});
