import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { within } from '../helpers/deadline.ts';

// What becomes of the tools when nobody reads their output, somebody reads it slowly, or the disk behind it is full.

const EXTRACTAUDIO = fileURLToPath(new URL('../../dist/cli/extractaudio.js', import.meta.url));
const END_MS = 20_000;
const HEADER = 30;
/** 20 ms of PCMU, as 16-bit samples. */
const SOUND = 320;

/** A record of an ad-hoc recording: 20 ms of PCMU, or what is no RTP. */
function record(sequence: number, version = 2): Buffer {
  const bytes = Buffer.alloc(HEADER + 172);
  bytes.writeDoubleLE(1000 + sequence / 50, 20);
  bytes.writeUInt16LE(172, 28);
  bytes.writeUInt8(version << 6, HEADER);
  bytes.writeUInt16BE(sequence, HEADER + 2);
  bytes.writeUInt32BE(160 * sequence, HEADER + 4);
  return bytes;
}

/** A recording of so many records that are no RTP, and one that is. */
function recording(t: TestContext, flaws: number): { path: string; output: string } {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'a.rtp');
  writeFileSync(path, Buffer.concat([...Array<Buffer>(flaws).fill(record(0, 1)), record(1)]));
  return { path, output: join(folder, 'out') };
}

async function endOf(tool: ChildProcess): Promise<number | null> {
  const [code] = await within(once(tool, 'exit'), END_MS, 'end of the tool');
  return code;
}

async function textOf(stream: AsyncIterable<unknown> | null | undefined): Promise<string> {
  let text = '';
  for await (const part of stream ?? []) text += part;
  return text;
}

test('a slow reader of standard error gets every line, and the audio is whole', async (t) => {
  const flaws = 4000;
  const { path, output } = recording(t, flaws);
  const args = [EXTRACTAUDIO, '-F', 'raw', '-D', 'pcm_16', '-A', path, output];
  const tool = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = endOf(tool);
  // Until the pipe is full.
  await Promise.race([delay(1500), ended]);
  const err = await textOf(tool.stderr);
  assert.equal(await ended, 0, err.slice(-1000));
  assert.equal(err.match(/incorrect RTP header version/g)?.length, flaws);
  assert.equal(statSync(output).size, SOUND);
});

test('nobody reads: the audio is whole all the same', async (t) => {
  const { path, output } = recording(t, 10);
  const args = [EXTRACTAUDIO, '-F', 'raw', '-D', 'pcm_16', '-A', path, output];
  const tool = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  tool.stdout.destroy();
  tool.stderr.destroy();
  assert.equal(await endOf(tool), 0);
  assert.equal(statSync(output).size, SOUND);
});

test('a reader of the audio that goes away is an error without a stack trace', async (t) => {
  const { path } = recording(t, 0);
  const args = [EXTRACTAUDIO, '-F', 'raw', '-D', 'pcm_16', '-A', path, '-'];
  const tool = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  tool.stdout.destroy();
  const [code, err] = await Promise.all([endOf(tool), textOf(tool.stderr)]);
  assert.match(err, /^extractaudio: -: .*\n$/);
  assert.equal(code, 2);
});

for (const args of [['--formats'], ['-S', '-A', '/nonexistent']]) {
  test(`${args[0]} with a full disk behind standard output`, async () => {
    const tool = spawn(process.execPath, [EXTRACTAUDIO, ...args], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    const [code, err] = await Promise.all([endOf(tool), textOf(tool.stderr)]);
    assert.equal(err, 'extractaudio: standard output: No space left on device\n');
    assert.equal(code, 2);
  });
}
