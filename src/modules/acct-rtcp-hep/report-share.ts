import type { RtcpReport } from './rtcp-reports.ts';

/** Report blocks of an RTCP packet: a report has 31 at most, and real packets have one report or two. And of a second of a party. */
const PER_PACKET = 64;
const PER_SECOND = 200;

/**
 * How much of a party's RTCP is told: a short packet may have many reports, each of which can become a packet to the collector.
 * They must delay no command, and not take the room of what other calls report.
 */
export class ReportShare {
  /** Unix time, and what is left of it. */
  #second = Number.NaN;
  #left = 0;

  /** The first of a packet's reports, as many as may be told. It came at `arrivedAt`, Unix seconds. */
  take(reports: readonly RtcpReport[], arrivedAt: number): readonly RtcpReport[] {
    this.#refill(Math.floor(arrivedAt));
    const room = Math.min(PER_PACKET, this.#left);
    let size = 0;
    const end = reports.findIndex((report) => {
      size += sizeOf([report]);
      return size > room;
    });
    const taken = end < 0 ? reports : reports.slice(0, end);
    this.#left -= sizeOf(taken);
    return taken;
  }

  #refill(second: number): void {
    if (second === this.#second) return;
    this.#second = second;
    this.#left = PER_SECOND;
  }
}

/** Their blocks; a report without any counts as one. */
export function sizeOf(reports: readonly RtcpReport[]): number {
  return reports.reduce((sum, { blocks }) => sum + Math.max(1, blocks.length), 0);
}
