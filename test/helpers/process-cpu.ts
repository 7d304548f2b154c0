import { readFileSync } from 'node:fs';

/** CPU time that a process has used in all its threads, ended ones too. Seconds, in steps of 10 ms. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
  readonly total: number;
}

/** Linux shows all programs 100 ticks a second, whatever it uses itself. */
const TICKS_PER_SECOND = 100;

/** Reads /proc/PID/stat (proc(5)). @throws when there is no such process */
export function processCpu(pid: number): CpuTime {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program, in parentheses, may contain anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const user = Number(fields[11]) / TICKS_PER_SECOND;
  const system = Number(fields[12]) / TICKS_PER_SECOND;
  return { user, system, total: user + system };
}
