import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeRecording, encodePrompt, MissingLibraryError, readRecording } from '../../../src/index.ts';
import { runExtractaudio } from '../../../src/tools/extractaudio.ts';
import { runTool } from '../../helpers/run-extractaudio.ts';

const INPUTS = fileURLToPath(new URL('../../fixtures/tools/inputs', import.meta.url));
const KEY = 'AES_CM_128_HMAC_SHA1_80:';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'extractaudio-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const run = (...args: string[]) => runTool(args);

/** A record of an ad-hoc recording: 20 ms of PCMU. */
function record(sequence: number, timestamp: number, time: number): Buffer {
  const bytes = Buffer.alloc(30 + 12 + 160, 0xff);
  bytes.fill(0, 0, 42);
  bytes.writeDoubleLE(time, 20);
  bytes.writeUInt16LE(172, 28);
  bytes.writeUInt8(0x80, 30);
  bytes.writeUInt16BE(sequence, 32);
  bytes.writeUInt32BE(timestamp, 34);
  bytes.writeUInt32BE(7, 38);
  return bytes;
}

test('a packet that is late across a wrap of the time stamp makes no silence', async (t) => {
  const folder = folderOf(t);
  const [recording, output] = [path.join(folder, 'a'), path.join(folder, 'out')];
  const stamps = [0xffffff60, 0, 160, 0xffffffff];
  writeFileSync(recording, Buffer.concat(stamps.map((stamp, i) => record(i + 1, stamp, 1000 + i * 0.02))));
  assert.equal((await run('-A', recording, '-F', 'raw', '-D', 'pcm_16', output)).code, 0);
  assert.equal(statSync(output).size, 4 * 320);
});

test('a full disk is an error, and the recordings stay', async (t) => {
  const recording = path.join(folderOf(t), 'a');
  copyFileSync(path.join(INPUTS, 'x/pcmu.a.rtp'), recording);
  const { code, err } = await run('-d', '-A', recording, '-F', 'raw', '-D', 'pcm_16', '/dev/full');
  assert.equal(code, 2);
  assert.match(err, /extractaudio: \/dev\/full: No space left on device\n$/);
  assert.ok(existsSync(recording));
});

test('a file stays as it is when it cannot be written in that format, or is a recording', async (t) => {
  const folder = folderOf(t);
  const [recording, output] = [path.join(folder, 'a'), path.join(folder, 'out')];
  copyFileSync(path.join(INPUTS, 'x/pcmu.a.rtp'), recording);
  writeFileSync(output, 'kept');
  assert.equal((await run('-d', '-A', recording, '-F', 'flac', output)).code, 2);
  assert.equal(readFileSync(output, 'utf8'), 'kept');
  const before = readFileSync(recording);
  assert.equal((await run('-A', recording, '-D', 'pcm_16', recording)).code, 2);
  assert.deepEqual(readFileSync(recording), before);
});

test('without libsndfile a line says what to do', async (t) => {
  process.env.RTPPROXY_WITHOUT_CODECS = '1';
  t.after(() => {
    delete process.env.RTPPROXY_WITHOUT_CODECS;
  });
  const output = path.join(folderOf(t), 'out.wav');
  const { code, err } = await run('-A', path.join(INPUTS, 'x/pcmu.a.rtp'), output);
  assert.equal(code, 2);
  assert.match(err, /gsm610 in wav needs libsndfile \(apt-get install libsndfile1\); without it: -D pcm_16\n$/);
  assert.ok(!existsSync(output));
  assert.match((await run('--formats')).out, /libgsm1: .*not found, apt-get install libgsm1/);
});

test('without the library of a codec in a recording nothing is written or deleted, and a line says what to do', async (t) => {
  process.env.RTPPROXY_WITHOUT_CODECS = '1';
  t.after(() => {
    delete process.env.RTPPROXY_WITHOUT_CODECS;
  });
  const folder = folderOf(t);
  const [answer, originate, output] = ['a', 'o', 'out'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  copyFileSync(path.join(INPUTS, 'x/gsm.a.rtp'), answer);
  copyFileSync(path.join(INPUTS, 'x/g729.o.rtp'), originate);
  writeFileSync(output, 'kept');
  const args = ['-d', '-A', answer, '-B', originate, '-D', 'pcm_16', output];
  const { code, err } = await run(...args);
  assert.equal(code, 2);
  assert.match(
    err,
    /^extractaudio: GSM needs libgsm, G.729 needs bcg729 \(apt-get install libgsm1 libbcg729-0\); .*\n$/,
  );
  assert.equal(readFileSync(output, 'utf8'), 'kept');
  await assert.rejects(decodeRecording({ answer, output }), MissingLibraryError);
  await assert.rejects(
    decodeRecording({ answer: path.join(INPUTS, 'x/pcmu.a.rtp'), output, encoding: 'gsm610' }),
    MissingLibraryError,
  );
  assert.equal(readFileSync(output, 'utf8'), 'kept');
  assert.equal((await run('--compat', ...args)).code, 0);
  assert.ok(!existsSync(answer) && statSync(output).size > 30_000);
});

test('progress is shown while recordings are read and while they are decoded', async (t) => {
  const folder = folderOf(t);
  const [recording, output] = [path.join(folder, 'a'), path.join(folder, 'out')];
  const records = Array.from({ length: 1000 }, (_, i) => record(i, i * 160, 1000 + i * 0.02));
  writeFileSync(recording, Buffer.concat(records));
  for (const manner of ['-s', '-n']) {
    const shown: [part: number, what: string][] = [];
    const args = [manner, '-A', recording, '-F', 'raw', '-D', 'pcm_16', output];
    const code = await runExtractaudio(args, false, {
      stdout: process.stdout,
      out: () => {},
      err: () => {},
      beIdle: () => {},
      progress: (part, what) => shown.push([part, what]),
      hint: undefined,
    });
    assert.equal(code, 0);
    const partsOf = (action: string): number[] =>
      shown.flatMap(([part, what]) => (what.startsWith(action) ? [part] : []));
    assert.equal(partsOf('reading').at(-1), 1);
    const decoding = partsOf(`writing ${output}`);
    assert.deepEqual(decoding, decoding.toSorted(), 'it never goes back');
    const [first = 1, last = 0] = [decoding[0], decoding.at(-1)];
    assert.ok(first < 0.9 && last > 0.9 && last <= 1, `from ${first} to ${last}`);
  }
});

test('standard output gets nothing but the audio when that goes there', async () => {
  let bytes = Buffer.alloc(0);
  let out = '';
  const stdout = new Writable({
    write(part: Buffer, _encoding, done) {
      bytes = Buffer.concat([bytes, part]);
      done();
    },
  });
  const args = ['-A', path.join(INPUTS, 'x/one-packet.a.rtp'), '-F', 'au', '-D', 'ulaw', '-'];
  const code = await runExtractaudio(args, false, {
    stdout,
    out: (text) => {
      out += text;
    },
    err: () => {},
    beIdle: () => {},
    progress: undefined,
    hint: undefined,
  });
  assert.deepEqual([code, out, bytes.length], [0, '', 24 + 160]);
});

test('IPv6 in a pcap recording is decoded as IPv4 is', async (t) => {
  const folder = folderOf(t);
  const decoded = async (name: string): Promise<Buffer> => {
    const output = path.join(folder, name);
    const args = ['-s', '-F', 'raw', '-D', 'pcm_16', output];
    const files = ['-A', `${INPUTS}/p/${name}.a.pcap`, '-B', `${INPUTS}/p/${name}.o.pcap`];
    assert.equal((await run(...files, ...args)).code, 0);
    return readFileSync(output);
  };
  assert.deepEqual(await decoded('eth6'), await decoded('eth4'));
  assert.deepEqual(await decoded('null6'), await decoded('null4'));
});

test('a wrong key is an error, and the recordings stay', async (t) => {
  const folder = folderOf(t);
  const recording = path.join(folder, 'a.pcap');
  copyFileSync(path.join(INPUTS, 's/80.a.pcap'), recording);
  const key = KEY + Buffer.alloc(30, 9).toString('base64');
  const { code, err } = await run(
    '-d',
    '-A',
    recording,
    '--alice-crypto',
    key,
    '-D',
    'pcm_16',
    path.join(folder, 'out'),
  );
  assert.equal(code, 1);
  assert.match(err, /none of its 60 packets is authentic: the key or the suite is wrong\n$/);
  assert.ok(existsSync(recording));
});

test('the functions of the library do the same', async (t) => {
  const folder = folderOf(t);
  const [answer, output] = [path.join(INPUTS, 'x/pcmu.a.rtp'), path.join(folder, 'out.wav')];
  const { answer: samples, seconds } = await decodeRecording({ answer, output });
  assert.ok(samples > 0 && Math.abs(seconds - samples / 8000) < 0.001);
  assert.equal(readFileSync(output).toString('latin1', 0, 4), 'RIFF');

  const packets = [];
  for await (const packet of readRecording(answer)) packets.push(packet);
  assert.deepEqual([...new Set(packets.map(({ payloadType }) => payloadType))], [0]);

  const prompts = await encodePrompt({ input: path.join(INPUTS, 'block160.sln'), template: path.join(folder, 'p') });
  assert.ok(prompts.some(({ payloadType, path: file }) => payloadType === 9 && statSync(file).size === 160));
});

test('a capture of nothing but frames of a VLAN is an error, and stays with -d', async (t) => {
  const folder = folderOf(t);
  const [capture, output] = [path.join(folder, 'a.pcap'), path.join(folder, 'out')];
  const frame = Buffer.alloc(16 + 64);
  frame.writeUInt32LE(64, 8);
  frame.writeUInt16BE(0x8100, 16 + 12);
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  writeFileSync(capture, Buffer.concat([header, frame, frame]));
  const { code, err } = await run('-d', '-D', 'pcm_16', '-A', capture, output);
  assert.equal(code, 1);
  assert.match(err, /a\.pcap: none of its 2 frames is IPv4 or IPv6; frames with VLAN tags are not read\n$/);
  assert.ok(existsSync(capture) && !existsSync(output));
  // One without a packet is one of a call without media.
  writeFileSync(capture, header);
  assert.equal((await run('-d', '-D', 'pcm_16', '-A', capture, output)).code, 0);
  assert.ok(!existsSync(capture));
});

test('decodeRecording does not write over a recording, by whatever name', async (t) => {
  const folder = folderOf(t);
  const [answer, link] = [path.join(folder, 'a.rtp'), path.join(folder, 'link')];
  copyFileSync(path.join(INPUTS, 'x/pcmu.a.rtp'), answer);
  symlinkSync('a.rtp', link);
  const before = readFileSync(answer);
  for (const output of [answer, link]) {
    await assert.rejects(decodeRecording({ answer, output }), /is one of the recordings/);
    await assert.rejects(decodeRecording({ originate: link, output }), /is one of the recordings/);
  }
  await assert.rejects(decodeRecording({ output: link }), /no recording is given/);
  assert.deepEqual(readFileSync(answer), before);
});
