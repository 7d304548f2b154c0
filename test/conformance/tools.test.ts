import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runWithoutLibraries } from './hidden-libraries.ts';
import { failures, LIBRARIES } from './tool-differences.ts';

// The C tools' recorded cases, once with the libraries of the tools and once on a system that has none of them.

const missing = LIBRARIES.filter((library) => library.error() !== '').map((library) => library.package);
const skip = missing.length > 0 && `not installed: ${missing.join(', ')}`;

for (const tool of ['makeann', 'extractaudio'] as const) {
  test(`${tool} does what the C tool did, with all libraries`, { skip }, async () => {
    const { cases, failed } = await failures(tool, () => true, []);
    assert.deepEqual(failed, []);
    assert.ok(cases > 80, `${cases} cases`);
  });
}

test('both do so without any library in the cases that need none', (t) => {
  const program = fileURLToPath(new URL('tools-without-libraries.ts', import.meta.url));
  const run = runWithoutLibraries([process.execPath, '--import', import.meta.resolve('tsx'), program]);
  if (typeof run === 'string') t.skip(run);
  else assert.deepEqual(run, { status: 0, output: '' });
});
