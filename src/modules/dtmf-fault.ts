import type { DtmfEvent, PacketAddress } from './module.ts';

const DIGIT = /^[0-9*#A-D ]$/;

/** Why what a module has published is no digit; undefined: it is one. */
export function dtmfFault({ session, leg, digit, duration, volume, timestamp, packet }: DtmfEvent): string | undefined {
  if (typeof session?.callId !== 'string') return 'it has no session';
  if (leg !== 0 && leg !== 1) return 'it has no leg';
  if (typeof digit !== 'string' || !DIGIT.test(digit)) return 'it has no digit';
  if (![duration, volume, timestamp].every(isUnsigned))
    return 'duration, volume and timestamp are whole numbers from 0 on';
  const whole = packet?.data instanceof Uint8Array && isTime(packet.arrivedAt);
  return whole && isAddress(packet.source) && isAddress(packet.local) ? undefined : 'it has no packet';
}

function isUnsigned(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

/** Unix seconds that are a date. */
function isTime(seconds: unknown): boolean {
  return typeof seconds === 'number' && !Number.isNaN(new Date(1000 * seconds).getTime());
}

function isAddress(address: PacketAddress | undefined): boolean {
  return typeof address?.host === 'string' && isUnsigned(address.port) && address.port <= 0xffff;
}
