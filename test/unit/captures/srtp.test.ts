import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SrtpReceiver } from '../../../src/captures/srtp.ts';
import { rtp } from '../../helpers/recordings.ts';
import { SrtpSender } from '../../helpers/srtp-sender.ts';

/** Key, packet and protected packet of the test that libsrtp ships. */
const KEY = Buffer.from('e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6', 'hex');
const PLAIN = Buffer.from('800f1234decafbadcafebabeabababababababababababababababab', 'hex');
const PROTECTED = Buffer.from('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb', 'hex');

function receiver(tagLength = 10): (packet: Buffer) => Buffer | undefined {
  const srtp = new SrtpReceiver({ master: KEY.subarray(0, 16), salt: KEY.subarray(16), tagLength });
  return (packet) => {
    const bytes = Buffer.concat([Buffer.alloc(3), packet]);
    const plain = srtp.unprotect({ bytes, start: 3, end: bytes.length, time: 1, offset: 0, incomplete: false });
    return plain && Buffer.from(plain.bytes.subarray(plain.start, plain.end));
  };
}

test('the packet that is known from libsrtp', () => {
  assert.deepEqual(receiver()(PROTECTED), PLAIN);
  assert.deepEqual(new SrtpSender(KEY, 10).protect(PLAIN), PROTECTED);
});

test('tags of four bytes', () => {
  assert.deepEqual(receiver(4)(new SrtpSender(KEY, 4).protect(PLAIN)), PLAIN);
});

test('any changed or missing byte is noticed', () => {
  for (let at = 0; at < PROTECTED.length; at++) {
    const changed = Buffer.from(PROTECTED);
    changed[at] = (changed[at] ?? 0) ^ 0x40;
    assert.equal(receiver()(changed), undefined, `byte ${at}`);
    assert.equal(receiver()(PROTECTED.subarray(0, at)), undefined, `${at} bytes`);
  }
});

test('a packet comes once, and none that is older than the window', () => {
  const sender = new SrtpSender(KEY, 10);
  const unprotect = receiver();
  const comes = (sequence: number): boolean => unprotect(sender.protect(rtp({ sequence }))) !== undefined;
  assert.deepEqual([500, 500, 499, 499, 501, 500, 628, 500, 501, 627].map(comes), [
    ...[true, false, true, false, true, false, true],
    ...[false, false, true],
  ]);
});

test('the sequence number turns', () => {
  const sender = new SrtpSender(KEY, 10);
  const unprotect = receiver();
  const rows: readonly [sequence: number, rollover: number][] = [
    [65534, 0],
    [0, 1],
    [65535, 0],
    [1, 1],
    [30000, 1],
    [60000, 1],
    [2, 2],
  ];
  for (const [sequence, rollover] of rows) {
    const packet = rtp({ sequence });
    assert.deepEqual(unprotect(sender.protect(packet, rollover)), packet, `${sequence}`);
  }
});

test('it is bound to the SSRC of the first packet', () => {
  const sender = new SrtpSender(KEY, 10);
  const unprotect = receiver();
  assert.notEqual(unprotect(sender.protect(rtp({ ssrc: 1, sequence: 1 }))), undefined);
  assert.equal(unprotect(sender.protect(rtp({ ssrc: 2, sequence: 2 }))), undefined);
});
