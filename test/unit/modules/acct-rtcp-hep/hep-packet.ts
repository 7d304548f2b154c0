import { HEP_TYPES, hepBytes } from '../../../../src/modules/acct-rtcp-hep/hep.ts';

/** A packet with that text, and with `bytes` more. */
export function hepPacket(text: string, bytes = 0): Buffer {
  const packet = hepBytes(
    {
      type: HEP_TYPES.log,
      source: { host: '127.0.0.1', port: 1 },
      destination: { host: '127.0.0.1', port: 2 },
      at: 0,
      correlationId: 'a',
      payload: Buffer.from(text.padEnd(text.length + bytes, '.')),
    },
    { captureId: 1, key: undefined },
  );
  if (packet === undefined) throw new Error('too long');
  return packet;
}
