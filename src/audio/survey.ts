import { PACKET_COLUMNS, type RecordingFigures, recordingStats } from '../addon/recording-stats.ts';
import type { CapturedPacket, CaptureFault } from '../captures/packet.ts';
import type { Recording } from '../captures/recording.ts';
import { type FoundStream, FoundStreams } from './found-streams.ts';
import { sampleCount } from './payload-types.ts';
import { TimeSpans } from './time-spans.ts';

/** What a first look at a recording has found. */
export interface Survey {
  readonly streams: readonly FoundStream[];
  /** Streams that there are at a time at most. */
  readonly atATime: number;
  readonly figures: RecordingFigures;
  /** Of the packets that are played. */
  readonly payloadTypes: ReadonlySet<number>;
  /** Records that did not decrypt, of how many. */
  readonly undecrypted: number;
  readonly records: number;
  readonly skippedIpv6: number;
  /** Frames that carry neither IPv4 nor IPv6. */
  readonly foreign: number;
  /** When its packets came. */
  readonly times: TimeSpans;
  /** Why the recording ended before its file did. */
  readonly fault?: CaptureFault | { readonly kind: 'misplaced' };
}

/** Hears of each record that is left out, in the words of the C tools. */
export type SurveyWarning = (text: string) => void;

const ROWS = 512;

/** Reads through a recording. */
export async function survey(
  recording: Recording,
  warn: SurveyWarning,
  onProgress: (offset: number) => void = () => {},
): Promise<Survey> {
  const work = new Surveyor(warn);
  let skippedIpv6 = 0;
  for await (const batch of recording.batches()) {
    for (const packet of batch.packets) if (!work.add(packet)) return work.survey(skippedIpv6, { kind: 'misplaced' });
    if (!work.flush()) return work.survey(skippedIpv6, { kind: 'misplaced' });
    skippedIpv6 += batch.skippedIpv6;
    work.foreign += batch.foreign ?? 0;
    onProgress(batch.next);
    if (batch.fault !== undefined) return work.survey(skippedIpv6, batch.fault);
  }
  return work.survey(skippedIpv6, undefined);
}

class Surveyor {
  readonly #warn: SurveyWarning;
  readonly #stats = recordingStats();
  /** Packets for the analysis, which takes many at once. */
  readonly #rows = new Float64Array(ROWS * PACKET_COLUMNS);
  #waiting: CapturedPacket[] = [];
  readonly #streams = new FoundStreams();
  readonly #payloadTypes = new Set<number>();
  #records = 0;
  #undecrypted = 0;
  foreign = 0;
  readonly #times = new TimeSpans();

  constructor(warn: SurveyWarning) {
    this.#warn = warn;
  }

  /** False when the recording cannot be followed beyond this. */
  add(packet: CapturedPacket | string): boolean {
    this.#records++;
    if (typeof packet !== 'string') {
      this.#waiting.push(packet);
      return this.#waiting.length < ROWS || this.flush();
    }
    // Warnings come in the order of the file.
    if (!this.flush()) return false;
    if (packet === 'decryption failed') this.#undecrypted++;
    this.#warn(packet === 'decryption failed' ? packet : `rtp_packet_parse_raw() failed: ${packet}`);
    return true;
  }

  /** Analyses the packets that wait; false when one of them is older than all others after a wrap. */
  flush(): boolean {
    const packets = this.#waiting;
    if (packets.length === 0) return true;
    packets.forEach((packet, index) => {
      const { payloadType, marker, sequence, timestamp, ssrc, time } = packet;
      const at = index * PACKET_COLUMNS;
      this.#rows[at] = payloadType;
      this.#rows[at + 1] = marker ? 1 : 0;
      this.#rows[at + 2] = sequence;
      this.#rows[at + 3] = timestamp;
      this.#rows[at + 4] = ssrc;
      this.#rows[at + 5] = time;
    });
    const taken = this.#stats.add(this.#rows, packets.length);
    for (let i = 0; i < taken; i++) this.#place(packets[i]);
    this.#waiting = [];
    const misplaced = packets[taken];
    if (misplaced !== undefined) this.#streams.endAt(misplaced.offset);
    return misplaced === undefined;
  }

  #place(packet: CapturedPacket | undefined): void {
    if (packet === undefined) return;
    this.#times.add(packet.time);
    const samples = sampleCount(packet.payloadType, packet.bytes, packet.start, packet.end);
    if (samples <= 0) {
      this.#warn(`pack->parsed.nsamples = ${samples}`);
      return;
    }
    if (this.#streams.add(packet, samples)) this.#payloadTypes.add(packet.payloadType);
  }

  survey(skippedIpv6: number, fault: Survey['fault']): Survey {
    const { streams, atATime, leftOut } = this.#streams.choose();
    if (leftOut > 0) this.#warn(`too many SSRCs: ${leftOut} packets of those with the fewest are left out`);
    return {
      streams,
      atATime,
      figures: this.#stats.figures(),
      payloadTypes: this.#payloadTypes,
      undecrypted: this.#undecrypted,
      records: this.#records,
      skippedIpv6,
      foreign: this.foreign,
      times: this.#times,
      ...(fault !== undefined && { fault }),
    };
  }
}
