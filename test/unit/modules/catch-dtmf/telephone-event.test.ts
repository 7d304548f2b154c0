import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephoneEvent } from '../../../../src/modules/catch-dtmf/telephone-event.ts';
import { eventPacket } from './event-packets.ts';

const parse = (hex: string) => telephoneEvent(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('the fields of an event', () => {
  const packet = eventPacket({
    code: 11,
    timestamp: 0xfedcba98,
    end: true,
    volume: 63,
    duration: 65535,
    ssrc: 0x99887766,
  });
  assert.deepEqual(telephoneEvent(packet), {
    ssrc: 0x99887766,
    timestamp: 0xfedcba98,
    code: 11,
    end: true,
    volume: 63,
    duration: 65535,
  });
});

test('the reserved bit belongs to nothing', () => {
  const event = parse('8065 0001 000003e8 11223344 05 ca 0140');
  assert.deepEqual([event?.end, event?.volume], [true, 10]);
});

test('the event is behind CSRCs and a header extension', () => {
  const of = (hex: string) => {
    const event = parse(hex);
    return event && [event.code, event.duration];
  };
  assert.deepEqual(of('81650002 000003e8 11223344 01000000 058a0140'), [5, 320]);
  assert.deepEqual(of('9065000c 000007d0 11223344 bede0001 10010000 068a0140'), [6, 320]);
  assert.deepEqual(of('9265000c 000007d0 11223344 00000001 00000002 bede0000 078a0140'), [7, 320]);
});

test('padding is no event, and of several events the first counts', () => {
  assert.equal(parse('a0650016 00000bb8 11223344 078a0140 00000004')?.code, 7);
  assert.equal(parse('80650020 00000fa0 11223344 088a0140 098a0140')?.code, 8);
  assert.equal(parse('a0650016 00000bb8 11223344 07 8a0101'), undefined);
  assert.equal(parse('a0650016 00000bb8 11223344 07 8a0100'), undefined);
  assert.equal(parse('a0650016 00000bb8 11223344 07 8a01ff'), undefined);
});

test('a packet that ends before its event has none', () => {
  const whole = Buffer.from('9165000c000007d01122334401000000bede000110010000068a0140', 'hex');
  assert.equal(telephoneEvent(whole)?.code, 6);
  for (let length = 0; length < whole.length; length++) {
    assert.equal(telephoneEvent(whole.subarray(0, length)), undefined, `${length} bytes`);
  }
});

test('other versions than 2 are no RTP', () => {
  for (const version of [0, 1, 3]) {
    const packet = eventPacket({ code: 1, timestamp: 1 });
    packet.writeUInt8(version << 6, 0);
    assert.equal(telephoneEvent(packet), undefined);
  }
});
