import { readdirSync, readFileSync } from 'node:fs';
import { processCpu } from '../../helpers/process-cpu.ts';

const RELAY_THREAD = /^rtp-relay-/;

/** What a process has used so far; two of them are compared. */
export interface ProcessFigures {
  /** Seconds, user and system. */
  readonly cpu: number;
  /** Of all its threads. */
  readonly switches: number;
  /** Seconds that the whole machine spent on network interrupts and the like; sending on loopback is not among it. */
  readonly softirq: number;
}

/** @throws when there is no such process */
export function processFigures(pid: number): ProcessFigures {
  let switches = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = threadStatus(pid, thread);
    for (const [, count] of status.matchAll(/ctxt_switches:\s+(\d+)/g)) switches += Number(count);
  }
  const softirq = Number(readFileSync('/proc/stat', 'latin1').split(/\s+/)[7]) / 100;
  return { cpu: processCpu(pid).total, switches, softirq };
}

/** Resident memory in bytes. @throws when there is no such process */
export function residentBytes(pid: number): number {
  const [, size] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(size) * 1024;
}

/** Seconds that the relay workers have used. */
export function workerCpu(pid: number): number {
  let ticks = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    if (!RELAY_THREAD.test(readFileSync(`${folder}/comm`, 'latin1'))) continue;
    // In nanoseconds, and so finer than the ticks of `stat`.
    ticks += Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[0]);
  }
  return ticks / 1e9;
}

function threadStatus(pid: number, thread: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1');
  } catch {
    return ''; // it has ended since
  }
}
