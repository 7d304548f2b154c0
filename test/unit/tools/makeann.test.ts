import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodePrompt, MissingLibraryError, WavError } from '../../../src/index.ts';
import { runMakeann } from '../../../src/tools/makeann.ts';

const INPUTS = fileURLToPath(new URL('../../fixtures/tools/inputs', import.meta.url));

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'makeann-'));
  t.after(() => rmSync(folder, { recursive: true }));
  copyFileSync(path.join(INPUTS, 'block160.sln'), path.join(folder, 'in.sln'));
  return folder;
}

function withoutCodecs(t: TestContext): void {
  process.env.RTPPROXY_WITHOUT_CODECS = '1';
  t.after(() => {
    delete process.env.RTPPROXY_WITHOUT_CODECS;
  });
}

/** Of 16-bit samples, mono. */
function wavHeader(rate: number, bytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF....WAVEfmt ', 0, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return header;
}

async function run(...args: string[]): Promise<{ code: number; err: string; hints: string }> {
  let [err, hints] = ['', ''];
  const code = await runMakeann(args, false, {
    stdout: process.stdout,
    out: () => {},
    err: (text) => {
      err += text;
    },
    beIdle: () => {},
    progress: undefined,
    hint: (text) => {
      hints += text;
    },
  });
  return { code, err, hints };
}

test('a codec that was named and has no library is an error, and no file is touched', async (t) => {
  withoutCodecs(t);
  const folder = folderOf(t);
  const [input, template] = [path.join(folder, 'in.sln'), path.join(folder, 'out')];
  const { code, err } = await run('--codecs=pcmu,gsm,G729', input, template);
  assert.equal(code, 2);
  assert.equal(err, 'makeann: GSM needs libgsm, G.729 needs bcg729 (apt-get install libgsm1 libbcg729-0)\n');
  await assert.rejects(encodePrompt({ input, template, codecs: ['PCMU', 'GSM'] }), MissingLibraryError);
  assert.deepEqual(readdirSync(folder), ['in.sln']);
});

test('codecs without a library are left out when none was named, which a terminal is told', async (t) => {
  withoutCodecs(t);
  const folder = folderOf(t);
  const { code, err, hints } = await run(path.join(folder, 'in.sln'), path.join(folder, 'out'));
  assert.deepEqual([code, err], [0, '']);
  assert.match(
    hints,
    /^makeann: not all codecs are written: GSM needs libgsm, .* \(apt-get install libgsm1 libbcg729-0\)\n$/,
  );
  assert.deepEqual(readdirSync(folder), ['in.sln', 'out.0', 'out.8', 'out.9']);
});

test('of the codecs only those that were named are written', async (t) => {
  const folder = folderOf(t);
  assert.equal((await run('--codecs', 'PCMA,g722', path.join(folder, 'in.sln'), path.join(folder, 'out'))).code, 0);
  assert.deepEqual(readdirSync(folder), ['in.sln', 'out.8', 'out.9']);
  const { code, err } = await run('--codecs=PCMU,opus', path.join(folder, 'in.sln'));
  assert.equal(code, 1);
  assert.equal(err, 'makeann: unknown codec: "opus"; there are PCMU, GSM, G729, PCMA, G722\n');
});

test('the input is not written over when it is one of the files', async (t) => {
  const folder = folderOf(t);
  const input = path.join(folder, 'in.8');
  const samples = Buffer.alloc(100_000, 7);
  writeFileSync(input, samples);
  const { code, err } = await run(input, path.join(folder, 'in'));
  assert.equal(code, 1);
  assert.match(err, /^makeann: can't open .*in\.8 for writing: it is the input\n$/);
  await assert.rejects(encodePrompt({ input, template: path.join(folder, 'in') }), /in\.8 is the input/);
  assert.deepEqual(readdirSync(folder), ['in.8', 'in.sln']);
  assert.deepEqual(readFileSync(input), samples);
});

test('codecs and limits that do not exist are refused before anything is written', async (t) => {
  const folder = folderOf(t);
  const [input, template] = [path.join(folder, 'in.sln'), path.join(folder, 'out')];
  const opus = 'OPUS' as 'PCMU';
  for (const wrong of [{ codecs: [opus] }, { limit: 0 }, { limit: -1 }, { limit: Number.NaN }, { loop: true }])
    await assert.rejects(encodePrompt({ input, template, ...wrong }), RangeError);
  assert.deepEqual(readdirSync(folder), ['in.sln']);
});

test('a WAV file of 8 kHz becomes what its samples become without the header, another one what is heard', async (t) => {
  const folder = folderOf(t);
  const [raw, wav] = [path.join(folder, 'raw'), path.join(folder, 'in.wav')];
  const samples = readFileSync(path.join(INPUTS, 'alice.sln'));
  writeFileSync(wav, Buffer.concat([wavHeader(8000, samples.length), samples]));
  assert.equal((await run('--codecs=PCMU,PCMA,G722', path.join(INPUTS, 'alice.sln'), raw)).code, 0);
  assert.equal((await run('--codecs=PCMU,PCMA,G722', wav)).code, 0);
  for (const type of [0, 8, 9]) assert.deepEqual(readFileSync(`${wav}.${type}`), readFileSync(`${raw}.${type}`));

  writeFileSync(wav, Buffer.concat([wavHeader(16_000, samples.length), samples]));
  await encodePrompt({ input: wav, codecs: ['PCMU'] });
  assert.equal(readFileSync(`${wav}.0`).length, samples.length / 4);
  await encodePrompt({ input: wav, codecs: ['PCMU'], raw: true });
  assert.equal(readFileSync(`${wav}.0`).length, samples.length / 2 + 22);
});

test('a WAV file that cannot be read is an error of one line, and nothing is written', async (t) => {
  const folder = folderOf(t);
  const [wav, other] = [path.join(folder, 'a.wav'), path.join(folder, 'b.wav')];
  writeFileSync(wav, Buffer.concat([wavHeader(8000, 1000), Buffer.alloc(900)]));
  const { code, err } = await run(wav);
  assert.equal(code, 1);
  assert.equal(
    err,
    `makeann: ${wav} is a WAV file that cannot be read: it is cut off: 100 bytes of its samples are missing\n`,
  );
  await assert.rejects(encodePrompt({ input: wav }), WavError);
  assert.equal((await run('--compat', '--codecs=PCMU', wav, other)).code, 0);
  assert.deepEqual(readdirSync(folder), ['a.wav', 'b.wav.0', 'in.sln']);
});

test('a pipe is read as a file is', (t) => {
  const folder = folderOf(t);
  const program = fileURLToPath(new URL('../../../src/cli/makeann.ts', import.meta.url));
  const samples = readFileSync(path.join(INPUTS, 'alice.sln'));
  for (const [name, input] of Object.entries({
    raw: samples,
    wav: Buffer.concat([wavHeader(8000, samples.length), samples]),
  })) {
    const script = 'cat | "$@"';
    const args = ['--import', import.meta.resolve('tsx'), program, '--codecs=PCMU', '/dev/stdin', name];
    const run = spawnSync('/bin/sh', ['-c', script, 'sh', process.execPath, ...args], {
      cwd: folder,
      input,
      encoding: 'utf8',
    });
    assert.deepEqual([run.status, run.stderr], [0, '']);
  }
  assert.deepEqual(readFileSync(path.join(folder, 'wav.0')), readFileSync(path.join(folder, 'raw.0')));
  assert.equal(readFileSync(path.join(folder, 'raw.0')).length, samples.length / 2);
});

for (const tool of ['makeann', 'extractaudio'] as const) {
  test(`${tool} tells what to do about an addon that is missing or of another version`, (t) => {
    const folder = folderOf(t);
    copyFileSync(path.join(INPUTS, 'x/pcmu.a.rtp'), path.join(folder, 'call'));
    writeFileSync(path.join(folder, 'out.0'), 'kept');
    const program = fileURLToPath(new URL(`../../../src/cli/${tool}.ts`, import.meta.url));
    const args = tool === 'makeann' ? ['in.sln', 'out'] : ['-d', '-A', 'call', '-D', 'pcm_16', 'out.0'];
    const stale = fileURLToPath(new URL('../../../build/Release/rtpproxy_codecs.node', import.meta.url));
    for (const addon of [path.join(folder, 'none.node'), ...(existsSync(stale) ? [stale] : [])]) {
      const run = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, RTPPROXY_NATIVE: addon },
      });
      assert.match(run.stderr, new RegExp(`^${tool}: the native addon .*npm run build:native.*\n$`));
      assert.equal(run.status, 2);
      assert.deepEqual(readdirSync(folder).sort(), ['call', 'in.sln', 'out.0']);
    }
  });
}
