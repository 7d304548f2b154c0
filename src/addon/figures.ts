import { endpointText } from './endpoint.ts';
import { type EngineTotals, type LegStats, SESSION_FIELDS, type SessionStats } from './stats-types.ts';
import type { LegIndex } from './types.ts';

// The engine's figures come as rows of numbers; their order is that of the lists in types.ts, which the loader compares
// with the addon's.

const FIRST_LEG_FIELD = 1;
const FIELDS_PER_LEG = (SESSION_FIELDS.length - FIRST_LEG_FIELD) / 2;

export function engineTotals(t: Float64Array): EngineTotals {
  return {
    packetsReceived: at(t, 0),
    packetsRelayed: at(t, 1),
    packetsDiscarded: at(t, 2),
    packetsPerSecond: at(t, 3),
    kernelDrops: at(t, 4),
    packetsRefused: at(t, 5),
    eventsDropped: at(t, 6),
    packetsRecorded: at(t, 7),
    recordsLost: at(t, 8),
    packetsPlayed: at(t, 9),
    resizerIn: at(t, 10),
    resizerOut: at(t, 11),
    resizerDiscarded: at(t, 12),
    packetsIgnored: at(t, 13),
    packetsDenied: at(t, 14),
    packetsLooped: at(t, 15),
  };
}

export function sessionStats(fields: Float64Array): SessionStats {
  return { ttl: at(fields, 0), legs: [legStats(fields, 0), legStats(fields, 1)] };
}

function legStats(fields: Float64Array, leg: LegIndex): LegStats {
  const from = FIRST_LEG_FIELD + leg * FIELDS_PER_LEG;
  const f = (index: number): number => at(fields, from + index);
  return {
    rtp: { received: f(0), relayed: f(1), dropped: f(2), ignored: f(3), refused: f(32) },
    rtcp: { received: f(4), relayed: f(5), dropped: f(6), ignored: f(7), refused: f(33) },
    firstIn: f(8),
    lastIn: f(9),
    longestIpi: f(10),
    sent: f(11),
    received: f(12),
    duplicates: f(13),
    parseErrors: f(14),
    jitterLast: f(15),
    jitterMax: f(16),
    jitterAvg: f(17),
    ssrc: f(18),
    ssrcChanges: f(19),
    media: address(fields, from + 20),
    ignored: address(fields, from + 26),
  };
}

/** Family, port and four parts of 32 bits. */
function address(fields: Float64Array, from: number): string {
  const ip = Buffer.alloc(16);
  for (let part = 0; part < 4; part++) ip.writeUInt32BE(at(fields, from + 2 + part), 4 * part);
  return endpointText(at(fields, from), ip, at(fields, from + 1));
}

function at(fields: Float64Array, index: number): number {
  return fields[index] ?? 0;
}
