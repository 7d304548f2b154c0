import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/architecture.md', ROOT), 'utf8');

function rooms(folder: string): string[] {
  const entries = readdirSync(new URL(folder, ROOT), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'build' ? [entry.name] : [])).sort();
}

/** The rooms below a line that begins with the folder, up to the next folder. */
function listed(folder: string): string[] {
  const tree = new RegExp(`^${folder}/.*\\n((?:  .*\\n)+)`, 'm').exec(page)?.[1] ?? '';
  return [...tree.matchAll(/^ {2}(\w+)\/ /gm)].map(([, room = '']) => room).sort();
}

test('docs/architecture.md has every room of src/ and native/', () => {
  for (const folder of ['src', 'native']) assert.deepEqual(listed(folder), rooms(folder), folder);
});

/** A bound that is a constant of that file. */
function bound(file: string, name: string): number {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  return Number(new RegExp(`\\b${name} ?= ?(\\d+)`).exec(text)?.[1]);
}

test('the end takes as long at most as docs/architecture.md says, and systemd waits longer', () => {
  const atOnce = [
    bound('src/recording/file-shelf.ts', 'CLOSE_MS'),
    bound('src/files/line-writer.ts', 'CLOSE_MS'),
    bound('src/modules/instance.ts', 'STOP_MS'),
  ];
  // After SIGTERM, and after SIGKILL.
  const runs =
    bound('src/recording/done-command.ts', 'CLOSE_MS') + 2 * bound('src/recording/done-command.ts', 'CLOSE_GRACE_MS');
  const disk = 1000 * bound('native/sinks/writer.cc', 'kStopSeconds');
  const most = Math.max(...atOnce) + runs + disk + bound('src/notify/notifier.ts', 'CLOSE_MS');
  const said = Number(/the end takes (\d+) s at most/.exec(page)?.[1]);
  assert.equal(most, 1000 * said);
  assert.ok(bound('scripts/packaging/rtpproxy.service', 'TimeoutStopSec') >= said + 5);
});
