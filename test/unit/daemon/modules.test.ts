import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { loadModuleHost } from '../../../src/daemon/modules.ts';

const NO_HEP = { quality: false, split: false, keyFile: undefined };

test('without modules nothing is loaded', async () => {
  assert.equal(await loadModuleHost({ modules: [], hep: NO_HEP }, () => {}), undefined);
});

test('an option of a module needs the module', async () => {
  const digits = { by: 'module', what: 'catch_dtmf' } as const;
  for (const [hep, option] of [
    [{ ...NO_HEP, quality: true }, '--hep-quality'],
    [{ ...NO_HEP, split: true }, '--hep-split'],
    [{ ...NO_HEP, keyFile: import.meta.filename }, '--hep-key-file'],
  ] as const) {
    const refusal = new ConfigError(
      `${option} requires the module acct_rtcp_hep, which has its section in modules { } of --config`,
    );
    await assert.rejects(
      loadModuleHost({ modules: [], hep }, () => {}),
      refusal,
    );
    await assert.rejects(
      loadModuleHost({ modules: [digits], hep }, () => {}),
      refusal,
    );
  }
});

test('a key that cannot be read ends the start', async () => {
  const section = {
    by: 'section',
    what: 'acct_rtcp_hep',
    section: 'a',
    named: false,
    settings: [],
    place: 'f:1',
  } as const;
  const hep = { ...NO_HEP, keyFile: '/nonexistent' };
  await assert.rejects(
    loadModuleHost({ modules: [section], hep }, () => {}),
    new ConfigError('--hep-key-file /nonexistent: No such file or directory'),
  );
});
