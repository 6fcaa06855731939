import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** CPU time that a process has used so far, in milliseconds, its threads' included. */
export function cpuMs(pid: number): number {
  // The second field is the command in brackets, and may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory that a process holds, in MiB: resident, and with what it shares divided among those who share it. */
export function memoryMiB(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1_024;
  return { rss: mib("Rss"), pss: mib("Pss") };
}

/** The most that a process has held so far, in MiB; the kernel remembers it. Throws where the process has ended. */
export function peakMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const kB = /^VmHWM:\s+(\d+) kB/m.exec(text)?.[1];
  // One that has ended and was not waited for is still listed, and holds nothing.
  if (kB === undefined) throw new Error(`process ${pid} has ended`);
  return Number(kB) / 1_024;
}

/** The children of a process that run a program of this name. */
export function childrenOf(parent: number, program: RegExp): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const [, command = "", rest = ""] =
          /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return program.test(command) && Number(rest.split(" ")[1]) === parent;
      } catch {
        // No process, or one that has just ended.
        return false;
      }
    });
}
