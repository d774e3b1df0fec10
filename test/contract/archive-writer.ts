/**
 * A process that keeps one batch after the other, and says the number of each, until it is killed: an item, a group, a cell and
 * its evidence in each. `args`: path or URL, name of the instance.
 */
import { sampleArchivedGroup, sampleEvidence } from "../../src/account/sample.ts";
import { createSqliteArchive } from "../../src/store/index.ts";
import { batch, divergent, items, redisArchive } from "./archive-place.ts";
import { say } from "./saying.ts";

const [address = "", instance = ""] = process.argv.slice(2);
const archive = address.startsWith("redis") ? redisArchive(address) : createSqliteArchive({ path: address });

for (let seq = 1; ; seq += 1) {
  const exchange = `${instance}-${seq}`;
  const cell = `2945520:${instance}${seq}`;
  await archive.apply(
    instance,
    batch(seq, {
      counts: items({ divergent: 1 }),
      groups: [sampleArchivedGroup({ signature: "a", cells: [cell], examples: [exchange] })],
      cells: [{ route: "default", cell, gravity: 3 }],
      evidence: [sampleEvidence({ raw: [1], cells: [[cell, 1]] })],
      records: [divergent(exchange)],
    }),
  );
  await say(`${seq}`);
}
