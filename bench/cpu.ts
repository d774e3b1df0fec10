import { readdirSync, readFileSync } from "node:fs";

/** CPU time, in nanoseconds, of each thread of a process and of its descendants, by `pid/tid`. */
export type CpuReading = ReadonlyMap<string, number>;

/** The process and all that descend from it. */
export function processTree(root: number): number[] {
  const childrenOf = Map.groupBy(numericNames("/proc"), parentOf);
  const tree = [root];
  for (const pid of tree) {
    tree.push(...(childrenOf.get(pid) ?? []));
  }
  return tree;
}

export function readCpu(root: number): CpuReading {
  const reading = new Map<string, number>();
  for (const pid of processTree(root)) {
    for (const tid of numericNames(`/proc/${pid}/task`)) {
      // Nanoseconds on a CPU, nanoseconds runnable, timeslices (Documentation/scheduler/sched-stats).
      const schedstat = readIfThere(`/proc/${pid}/task/${tid}/schedstat`);
      if (schedstat !== null) {
        reading.set(`${pid}/${tid}`, Number(schedstat.split(" ")[0]));
      }
    }
  }
  if (reading.size === 0) {
    throw new Error(
      `Cannot read the CPU time of process ${root}: it is gone, or the kernel has no /proc/PID/task/TID/schedstat`,
    );
  }
  return reading;
}

/** Milliseconds of CPU time between two readings. What a thread did that ended in between is not in it. */
export function cpuMsBetween(before: CpuReading, after: CpuReading): number {
  let ns = 0;
  for (const [thread, total] of after) {
    ns += total - (before.get(thread) ?? 0);
  }
  return ns / 1e6;
}

/** CPU time of the whole machine since it started, in clock ticks, all cores together. */
export interface MachineReading {
  readonly busy: number;
  readonly total: number;
}

export function readMachine(): MachineReading {
  // user, nice, system, idle, iowait, irq, softirq, steal; guest time, which follows, is in user already (proc_stat(5)).
  const [line = ""] = readFileSync("/proc/stat", "latin1").split("\n");
  const ticks = line.split(/ +/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
}

/** Share of the machine that went to others than those who used `ownMs` of CPU time between the readings; 0 to 1. */
export function othersShare(before: MachineReading, after: MachineReading, ownMs: number): number {
  const total = after.total - before.total;
  const busy = after.busy - before.busy;
  // Ticks of 10 ms on every Linux that Node runs on (USER_HZ).
  return total === 0 ? 0 : Math.max(0, busy - ownMs / 10) / total;
}

function parentOf(pid: number): number | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold anything; state and parent follow it (proc_pid_stat(5)).
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function numericNames(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** null: the process or thread has ended since it was listed. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
