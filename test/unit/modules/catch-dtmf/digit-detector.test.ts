import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DigitDetector, type Finding } from '../../../../src/modules/catch-dtmf/digit-detector.ts';
import type { TelephoneEvent } from '../../../../src/modules/catch-dtmf/telephone-event.ts';

const SSRC = 0x11223344;

/** `[timestamp, code, duration, end?]` of the event packets of a stream. */
type Packet = readonly [timestamp: number, code: number, duration: number, end?: 'end'];

const event = ([timestamp, code, duration, end]: Packet, ssrc = SSRC): TelephoneEvent => ({
  ssrc,
  timestamp,
  code,
  duration,
  end: end !== undefined,
  volume: 10,
});

function findings(packets: readonly Packet[], detector = new DigitDetector(), now = 0): Finding[] {
  return packets.map((packet) => detector.see(event(packet), now)).filter((finding) => finding !== undefined);
}

function digits(packets: readonly Packet[], detector?: DigitDetector, now?: number): string[] {
  return findings(packets, detector, now).map((finding) => {
    assert.equal(finding.kind, 'digit');
    return `${finding.digit.digit}/${finding.digit.duration}`;
  });
}

/** The packets that a phone sends for a digit. */
function press(code: number, timestamp: number): Packet[] {
  const steps: Packet[] = [160, 320, 480].map((duration) => [timestamp, code, duration]);
  return [...steps, ...new Array<Packet>(3).fill([timestamp, code, 640, 'end'])];
}

test('a digit is told once, with the first end packet', () => {
  const detector = new DigitDetector();
  assert.deepEqual(digits(press(5, 1000).slice(0, 3), detector), []);
  assert.deepEqual(digits([[1000, 5, 640, 'end']], detector), ['5/640']);
  assert.deepEqual(digits(press(5, 1000).slice(3), detector), []);
});

test('the codes of DTMF, of flash, and those of nothing', () => {
  const found = [...new Array(17).keys()].flatMap((code) => digits(press(code, 1000 * code)));
  assert.equal(found.map((text) => text.slice(0, 1)).join(''), '0123456789*#ABCD ');
  for (const code of [17, 18, 40, 127, 255]) {
    assert.deepEqual(findings([[1, code, 160, 'end']]), [{ kind: 'unhandled', code }]);
  }
});

test('one packet is enough, if it is an end', () => {
  assert.deepEqual(digits([[9000, 3, 800, 'end']]), ['3/800']);
});

test('an event whose end is lost is not told, and does not hold up the next one', () => {
  assert.deepEqual(digits([...press(1, 1000).slice(0, 3), ...press(2, 5000)]), ['2/640']);
});

test('the longest duration counts, in whatever order', () => {
  const packets: Packet[] = [
    [5000, 5, 480],
    [5000, 5, 320],
    [5000, 5, 400, 'end'],
    [5000, 5, 160],
  ];
  assert.deepEqual(digits(packets), ['5/480']);
});

test('an end that overtakes the beginning is told, and then nothing more', () => {
  assert.deepEqual(
    digits([
      [6000, 6, 640, 'end'],
      [6000, 6, 160],
      [6000, 6, 320],
      [6000, 6, 640, 'end'],
    ]),
    ['6/640'],
  );
});

test('the end of a digit that comes after those of others is no new one', () => {
  const detector = new DigitDetector();
  const late: Packet = [1000, 1, 640, 'end'];
  assert.equal(digits(press(1, 1000), detector).length, 1);
  for (let after = 1; after < 32; after++) {
    assert.equal(digits(press(after % 10, 1000 + 1000 * after), detector).length, 1);
    assert.deepEqual(digits([late], detector), []);
  }
});

test('a capture that is played again is a new event, and what comes late of the first one is not', () => {
  const detector = new DigitDetector();
  assert.deepEqual(digits(press(5, 1000), detector, 100), ['5/640']);
  assert.deepEqual(digits(press(5, 1000), detector, 100.9), []);
  assert.deepEqual(digits([[1000, 5, 640, 'end']], detector, 200), []);
  assert.deepEqual(digits(press(5, 1000), detector, 102), ['5/640']);
  assert.deepEqual(digits(press(5, 1000), detector, 102.5), []);
  assert.deepEqual(digits(press(6, 1000), detector, 104), ['6/640']);
});

test('sixteen events under way at once all end', () => {
  const codes = [...new Array(16).keys()];
  const begun = codes.map((code): Packet => [40000 + code, code, 160]);
  const ended = codes.map((code): Packet => [40000 + code, code, 320, 'end']);
  assert.equal(digits([...begun, ...ended]).length, 16);
});

test('the same digit twice is two events', () => {
  assert.deepEqual(digits([...press(5, 20000), ...press(5, 21000)]), ['5/640', '5/640']);
});

test('events of two sources are not the same for an equal time stamp', () => {
  const detector = new DigitDetector();
  assert.equal(detector.see(event([1000, 1, 640, 'end'], 1), 0)?.kind, 'digit');
  assert.equal(detector.see(event([1000, 1, 640, 'end'], 2), 0)?.kind, 'digit');
  assert.equal(detector.see(event([1000, 1, 640, 'end'], 1), 0), undefined);
});

test('another digit with the time stamp of one under way is told and left out', () => {
  assert.deepEqual(
    findings([
      [9000, 1, 160],
      [9000, 2, 480, 'end'],
      [9000, 1, 480, 'end'],
      [9000, 2, 480, 'end'],
    ]).map((finding) => (finding.kind === 'digit' ? finding.digit.digit : finding)),
    [{ kind: 'otherDigit', digit: '2', current: '1' }, '1'],
  );
});

test('a digit that goes on after its end is told of', () => {
  assert.deepEqual(findings([...press(8, 8000), [8000, 8, 480], [8000, 8, 640]]).slice(1), [
    { kind: 'afterEnd', digit: '8' },
  ]);
});
