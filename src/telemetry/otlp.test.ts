import { describe, expect, it } from "vitest";
import { exportedWith, noSeries, start } from "../../test/support/otel/exporting.ts";
import { startOtlp } from "./otlp.ts";
import { record } from "./sample.ts";

describe("what exports are about", () => {
  it("is a service named sombra, with its version", async () => {
    const collector = await exportedWith({}, record);
    expect(collector.resources).not.toEqual([]);
    for (const resource of collector.resources) {
      expect(resource).toMatchObject({
        "service.name": "sombra",
        "service.version": "9.8.7",
        "deployment.environment.name": "production",
      });
    }
  });

  it("is as the standard variables say where they do", async () => {
    const { otlp, collector } = await start(200, {
      OTEL_SERVICE_NAME: "edge",
      OTEL_RESOURCE_ATTRIBUTES: "team=chat,service.name=other",
    });
    otlp.export(record);
    await otlp.stop(10_000);
    expect(collector.resources[0]).toMatchObject({ "service.name": "edge", team: "chat" });
  });
});

describe("export", () => {
  it("is not started where nobody asks for it", () => {
    const none = { series: () => noSeries, serviceVersion: "1" };
    expect(startOtlp({ ...none, env: {} })).toBeNull();
    expect(startOtlp({ ...none, env: { OTEL_TRACES_EXPORTER: "none" } })).toBeNull();
    const disabled = { OTEL_SDK_DISABLED: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
    expect(startOtlp({ ...none, env: disabled })).toBeNull();
  });

  it("is protobuf unless another protocol is named", async () => {
    const { otlp, collector } = await start(200, { OTEL_EXPORTER_OTLP_PROTOCOL: "" });
    otlp.export(record);
    await otlp.stop(10_000);
    expect(collector.posts).toMatchObject([{ path: "/v1/traces", type: "application/x-protobuf" }]);
    expect(collector.posts[0]?.body).toContain("sombra.divergence");
  });

  it("does not delay the stop beyond its bound where the collector hangs", async () => {
    const { otlp, collector } = await start(null, { OTEL_BSP_SCHEDULE_DELAY: "1" });
    otlp.export(record);
    await collector.asked.promise;
    for (let n = 0; n < 5_000; n += 1) otlp.export(record);
    const began = performance.now();
    await otlp.stop(100);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("says once that it fails, by a code, and goes on", async () => {
    const problems: string[][] = [];
    const onProblem = (operation: string, error: string): void => void problems.push([operation, error]);
    const { otlp, collector } = await start(400, { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4" }, { onProblem });
    for (let n = 0; n < 3; n += 1) otlp.export(record);
    await otlp.stop(10_000);
    expect(collector.posts.filter(({ path }) => path === "/v1/traces")).toHaveLength(3);
    expect(problems).toEqual([["otlp traces", "400"]]);
  });

  it("counts every span that does not arrive: refused, and beyond the queue's limit", async () => {
    let dropped = 0;
    const onDropped = (spans: number): void => void (dropped += spans);
    const { otlp: refused, collector } = await start(400, {}, { onDropped });
    refused.export(record);
    await refused.stop(10_000);
    expect(dropped).toBe(4);
    collector.close();

    dropped = 0;
    const limits = { OTEL_BSP_MAX_QUEUE_SIZE: "8", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4", OTEL_BSP_SCHEDULE_DELAY: "1" };
    const { otlp: hanging, collector: other } = await start(null, limits, { onDropped });
    hanging.export(record);
    await other.asked.promise;
    for (let n = 0; n < 100; n += 1) hanging.export(record);
    expect(dropped).toBe(400 - 8);
  });
});
