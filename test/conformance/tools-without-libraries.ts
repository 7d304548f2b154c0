import assert from 'node:assert/strict';
import { failures, LIBRARIES } from './tool-differences.ts';

// The program of tools.test.ts for a system without any library of the tools: prints the failures of the basic cases.

const TOOLS = { makeann: 78, extractaudio: 565 } as const;

for (const library of LIBRARIES) assert.notEqual(library.error(), '', `${library.name} is hidden`);
assert.equal(process.env.RTPPROXY_WITHOUT_CODECS, undefined);
for (const tool of ['makeann', 'extractaudio'] as const) {
  const { cases, failed } = await failures(tool, ({ basic }) => basic === true, ['gsm', 'g729']);
  assert.equal(cases, TOOLS[tool]);
  assert.deepEqual(failed, []);
}
