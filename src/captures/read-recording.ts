import type { CapturedPacket } from './packet.ts';
import { Recording } from './recording.ts';
import { parseSrtpKey } from './srtp-key.ts';

/** An RTP packet of a recording. */
export interface RecordedPacket {
  /** Unix time of its arrival, in seconds. */
  readonly time: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  /** RTP time stamp. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** Without padding. */
  readonly payload: Uint8Array;
}

export interface ReadRecordingOptions {
  /** `SUITE:KEY` as in an SDP, when the packets of a pcap recording are SRTP. */
  readonly key?: string;
  /** Hears of records that are no RTP packet or do not decrypt, and why a recording ends before its file does. */
  readonly onFlaw?: (text: string) => void;
}

/**
 * The RTP packets of a recording, ad-hoc or pcap, in the order of the file, of which a part at a time is in memory.
 *
 * @throws CaptureError, SrtpKeyError, and the system's errors
 */
export async function* readRecording(
  path: string,
  { key, onFlaw = () => {} }: ReadRecordingOptions = {},
): AsyncGenerator<RecordedPacket, void, void> {
  const srtpKey = key === undefined ? undefined : parseSrtpKey(key);
  const recording = await Recording.open(path, { compat: false, key: srtpKey });
  if (recording === undefined) return;
  try {
    for await (const { packets, fault } of recording.batches()) {
      for (const packet of packets) {
        if (typeof packet === 'string') onFlaw(packet);
        else if (!packet.incomplete) yield published(packet);
      }
      if (fault !== undefined) onFlaw(`the recording is ${fault.kind}`);
    }
  } finally {
    await recording.close();
  }
}

function published(packet: CapturedPacket): RecordedPacket {
  const { time, payloadType, marker, sequence, timestamp, ssrc, bytes, start, end } = packet;
  return { time, payloadType, marker, sequence, timestamp, ssrc, payload: bytes.subarray(start, end) };
}
