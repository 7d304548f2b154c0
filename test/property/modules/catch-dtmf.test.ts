import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BadCatchRequest, parseCatchRequest } from '../../../src/modules/catch-dtmf/catch-request.ts';
import { telephoneEvent } from '../../../src/modules/catch-dtmf/telephone-event.ts';
import { eventPacket } from '../../unit/modules/catch-dtmf/event-packets.ts';
import { CatchDtmfRig } from '../../unit/modules/catch-dtmf/rig.ts';
import { testSession } from '../../unit/session/test-session.ts';
import { RUNS, token } from '../commands.ts';

const DESTINATION = { kind: 'unix', path: '/run/notify.sock' } as const;

test('any bytes are an event within them or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(8), (bytes, at) => {
      // Behind other bytes, as a packet in a batch is: nothing outside of it is read.
      const batch = new Uint8Array(at + bytes.length + 8).fill(0xff);
      batch.set(bytes, at);
      const event = telephoneEvent(batch.subarray(at, at + bytes.length));
      assert.deepEqual(event, telephoneEvent(bytes));
      if (event === undefined) return;
      assert.ok(bytes.length >= 16 && event.code <= 255 && event.volume <= 63 && event.duration <= 65535);
    }),
    { numRuns: RUNS },
  );
});

test('what surrounds an event in its packet does not change it', () => {
  const arbitrary = fc.record({
    csrcs: fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.subarray(0, bytes.length - (bytes.length % 4))),
    extension: fc.option(fc.uint8Array({ maxLength: 80 }), { nil: undefined }),
    behind: fc.uint8Array({ maxLength: 12 }),
    padding: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
    code: fc.nat(255),
    flags: fc.nat(255),
    duration: fc.nat(65535),
  });
  fc.assert(
    fc.property(arbitrary, ({ csrcs, extension, behind, padding, code, flags, duration }) => {
      const words = extension === undefined ? 0 : extension.length >> 2;
      const header = eventPacket({ code: 0, timestamp: 77 }).subarray(0, 12);
      header[0] = 0x80 | (csrcs.length / 4) | (extension ? 0x10 : 0) | (padding === undefined ? 0 : 0x20);
      const extended =
        extension === undefined ? [] : [0xbe, 0xde, words >> 8, words & 0xff, ...extension.subarray(0, 4 * words)];
      const padded = padding === undefined ? [] : [...new Array<number>(padding - 1).fill(0), padding];
      const body = [code, flags, duration >> 8, duration & 0xff, ...behind];
      const event = telephoneEvent(Buffer.concat([header, csrcs, Buffer.from([...extended, ...body, ...padded])]));
      assert.deepEqual(event, {
        ssrc: 0x11223344,
        timestamp: 77,
        code,
        end: flags >= 0x80,
        volume: flags & 0x3f,
        duration,
      });
    }),
    { numRuns: RUNS },
  );
});

/** What becomes of each of the six packets of a digit; `late` ones come among those of the next digit. */
const fates = fc.array(fc.constantFrom('kept', 'lost', 'twice', 'late'), { minLength: 6, maxLength: 6 });

test('every digit is told once, whatever of its packets is lost, repeated or late', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(15), fates), { maxLength: 20 }), (pressed) => {
      const rig = new CatchDtmfRig();
      const session = testSession('c', 'f', { notify: { destination: DESTINATION, tag: '' } });
      rig.ask(session, 1, 't');
      let late: Buffer[] = [];
      const expected: string[] = [];
      for (const [index, [code, fate]] of pressed.entries()) {
        const packets = fate.map((_, place) =>
          eventPacket({ code, timestamp: 1000 * index, end: place > 2, duration: 160 * Math.min(place + 1, 4) }),
        );
        const chosen = (...kinds: string[]) => packets.filter((_, place) => kinds.includes(fate[place] ?? ''));
        const own = packets.filter((_, place) => fate[place] !== 'lost' && fate[place] !== 'late');
        for (const packet of [...own, ...chosen('twice'), ...late]) rig.module.rtp?.(rig.packet(session, 1, packet));
        late = chosen('late');
        if (fate.slice(3).some((kind) => kind !== 'lost')) expected.push('0123456789*#ABCD'.charAt(code));
      }
      for (const packet of late) rig.module.rtp?.(rig.packet(session, 1, packet));
      const told = rig.take().map((line) => line.split(' ')[1]);
      assert.deepEqual(told.sort(), expected.sort());
    }),
    { numRuns: RUNS / 10 },
  );
});

test('any bytes as a request are one or none', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(token, fc.constantFrom('101', 'h', '+0', '%41')), { maxLength: 4 }), (args) => {
      const request = parseCatchRequest(args);
      if (request instanceof BadCatchRequest) return assert.match(request.reason, /./);
      assert.ok(Number.isInteger(request.payloadType) && request.payloadType >= 0 && request.payloadType <= 127);
      assert.doesNotMatch(request.tag, /\0/);
    }),
    { numRuns: RUNS },
  );
});

test('no packets of any bytes make anything but lines of digits, no more than there are ends', () => {
  const nearlyEvent = fc
    .record({
      code: fc.nat(20),
      timestamp: fc.nat(8),
      end: fc.boolean(),
      duration: fc.nat(65535),
      ssrc: fc.nat(2),
      payloadType: fc.constantFrom(101, 0x80 | 101, 0),
    })
    .map((fields) => eventPacket(fields));
  const packet = fc.oneof(
    nearlyEvent,
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
      const rig = new CatchDtmfRig();
      const session = testSession('c', 'f', { notify: { destination: DESTINATION, tag: '' } });
      rig.ask(session, 1, 't');
      for (const data of packets) rig.module.rtp?.(rig.packet(session, 1, data));
      const ends = packets.filter((data) => telephoneEvent(data)?.end === true);
      const lines = rig.take();
      assert.ok(lines.length <= ends.length);
      for (const line of lines) assert.match(line, /^t [0-9*#A-D ] \d{1,2} \d{1,5} 0$/);
    }),
    { numRuns: RUNS / 5 },
  );
});
