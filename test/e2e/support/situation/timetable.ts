import type { Datagrams, RtpStream, Signal, Situation } from './situation.ts';

/** A datagram at its time. */
export interface Packet {
  readonly at: number;
  readonly from: string;
  /** That of its stream; undefined if it is no RTP. */
  readonly ssrc: number | undefined;
  readonly data: Buffer;
  /** The same as text: whoever gets it knows the packet by that. */
  readonly contents: string;
}

/** What happens in a situation, one after the other. */
export type Step = { readonly packet: Packet } | { readonly signal: Signal };

/** Everything in order of time; at the same time, signalling comes first. */
export function timetable({ parties, rtp = [], datagrams = [], signals = [] }: Situation): Step[] {
  const ssrcs = new Map(Object.keys(parties).map((name, i) => [name, 0xa0 + i]));
  const packets = [
    ...rtp.flatMap((stream) => rtpPackets(stream, ssrcs.get(stream.from) ?? 0)),
    ...datagrams.flatMap(otherPackets),
  ];
  const steps: Step[] = [...signals.map((signal) => ({ signal })), ...packets.map((packet) => ({ packet }))];
  return steps.sort((a, b) => timeOf(a) - timeOf(b));
}

export function timeOf(step: Step): number {
  return 'signal' in step ? step.signal.at : step.packet.at;
}

function rtpPackets(stream: RtpStream, ownSsrc: number): Packet[] {
  const { from, at, ssrc = ownSsrc, seq = 1000, seqStep = 1, timestamp, payloadType = 0 } = stream;
  const { payloadBytes = 160, version = 2 } = stream;
  return at.map((time, i) => {
    const number = typeof seq === 'number' ? seq + i * seqStep : (seq[i] ?? 0);
    const source = typeof ssrc === 'number' ? ssrc : (ssrc[i] ?? 0);
    const data = Buffer.alloc(12 + payloadBytes, 0xd5);
    // The payload tells packets of equal headers apart.
    const mark = Buffer.alloc(6);
    mark.writeUInt32BE(source, 0);
    mark.writeUInt16BE(i, 4);
    mark.copy(data, 12);
    data.writeUInt8(version << 6, 0);
    data.writeUInt8((i === 0 ? 0x80 : 0) | payloadType, 1);
    data.writeUInt16BE(number & 0xffff, 2);
    data.writeUInt32BE(timestamp ?? (time - (at[0] ?? time)) * 8, 4);
    data.writeUInt32BE(source, 8);
    return { at: time, from, ssrc: source, data, contents: data.toString('latin1') };
  });
}

function otherPackets({ from, at, hex, numberAt }: Datagrams): Packet[] {
  return at.map((time, i) => {
    const data = Buffer.from(hex, 'hex');
    if (numberAt !== undefined) data.writeUInt16BE(i, numberAt);
    return { at: time, from, ssrc: undefined, data, contents: data.toString('latin1') };
  });
}
