/** Microseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The packets that were sent within one second of a run, with their one-way latency. */
export interface LoadSecond extends Quantiles {
  /** Counted from 0 at the start of the run. */
  readonly second: number;
  readonly sent: number;
  readonly received: number;
}

/** What the load generator reports; the last line that test/bench/load.cc prints. */
export interface LoadResult {
  readonly sessions: number;
  /** Packets per second of each phone. */
  readonly rate: number;
  readonly seconds: number;
  /** Of the first packet: milliseconds of CLOCK_MONOTONIC, which `process.hrtime` counts too. */
  readonly startMs: number;
  /** Packets that there was time to send; fewer were sent when the generator is overloaded. */
  readonly planned: number;
  readonly sent: number;
  readonly sendErrors: number;
  /** Each packet once. */
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Came to the wrong phone, or from another port than the relay's for the phone. */
  readonly misdelivered: number;
  /** Not as they were sent. */
  readonly corrupted: number;
  /** Not from this run. */
  readonly foreign: number;
  /** Lost because the generator did not read in time: no fault of the relay. */
  readonly overflowed: number;
  /** Digits that the phones have sent, all their packets, and RTCP reports. */
  readonly digits: number;
  readonly reportsSent: number;
  readonly reportsReceived: number;
  /** CPU time of the generator. */
  readonly cpuSeconds: number;
  /** From the call of sendto to the arrival at the other phone's socket. */
  readonly latency: Quantiles;
  /** How much later than planned packets were sent; far more than 1000 means an overloaded generator. */
  readonly lateness: Quantiles;
  /** Phones that packets for were lost, the first 20. */
  readonly shortfalls: readonly { readonly session: number; readonly side: 'a' | 'b'; readonly lost: number }[];
  readonly timeline: readonly LoadSecond[];
}

/** What did not arrive as it should, for the message of a failed assertion; empty when everything did. */
export function lossReport(result: LoadResult): string {
  const { sent, planned, lost, overflowed, lateness } = result;
  const kinds = ['sendErrors', 'duplicated', 'misdelivered', 'corrupted', 'foreign'] as const;
  const lines = kinds.filter((kind) => result[kind] > 0).map((kind) => `${kind}: ${result[kind]}`);
  if (lost > 0) {
    const phones = result.shortfalls.map((phone) => `${phone.session}${phone.side} ${phone.lost}`);
    const seconds = result.timeline
      .filter((second) => second.received < second.sent)
      .map((second) => `${second.second} s ${second.sent - second.received}`);
    lines.push(`lost: ${lost} of ${sent}; sent at ${seconds.join(', ')}; for phones ${phones.join(', ')}`);
  }
  if (overflowed > 0) lines.push(`${overflowed} dropped at the sockets of the generator, which was too slow to read`);
  if (sent < planned)
    lines.push(`sent ${sent} of ${planned}: the generator is overloaded (p99 ${lateness.p99} us late)`);
  return lines.join('\n');
}

/** Milliseconds in one line. */
export function showLatency(times: Quantiles): string {
  const names = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
  return `${names.map((name) => `${name} ${(times[name] / 1000).toFixed(2)}`).join(', ')} ms`;
}
