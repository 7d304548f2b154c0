import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../../src/modules/acct-rtcp-hep/settings.ts';
import { type ModuleSetting, ModuleSettingError } from '../../../../src/modules/module.ts';

/** As the configuration file has it: numbers are integers or something else. */
function setting(key: string, value: string | number): ModuleSetting {
  const text = String(value);
  if (typeof value === 'string') return { key, text, kind: 'text' };
  return Number.isInteger(value) ? { key, text, kind: 'integer', integer: value } : { key, text, kind: 'other' };
}

const read = (values: Readonly<Record<string, string | number>>) =>
  readSettings(new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), setting(key, value)])));

test('without settings it is the collector that the C daemon has in mind', () => {
  assert.deepEqual(read({}), { host: '10.0.0.1', port: 9060, protocol: 'udp', captureId: 101 });
});

test('all settings', () => {
  const found = read({ CAPT_HOST: '::1', Capt_Port: 65535, CAPT_PTYPE: 'TCP', capt_id: 4_294_967_295 });
  assert.deepEqual(found, { host: '::1', port: 65535, protocol: 'tcp', captureId: 4_294_967_295 });
  assert.equal(read({ capt_id: 0 }).captureId, 0);
});

test('what is refused, in the words of the C daemon', () => {
  const refused: readonly (readonly [key: string, value: string | number, text: string])[] = [
    ['capt_port', '9060', "port in section 'capt_port': '9060'"],
    ['capt_port', 0, "port in section 'capt_port': 0"],
    ['Capt_Port', 65536, "port in section 'Capt_Port': 65536"],
    ['capt_port', -1, "port in section 'capt_port': -1"],
    ['capt_port', 9.5, "port in section 'capt_port': '9.5'"],
    ['capt_port', 4_294_967_297, "port in section 'capt_port': 1"],
    ['capt_ptype', 'tls', "ptype in section 'capt_ptype': 'tls'"],
    ['capt_ptype', 17, "ptype in section 'capt_ptype': '17'"],
    ['capt_id', -1, "capt_id in section 'capt_id': -1"],
    ['capt_id', 4_294_967_296, "capt_id in section 'capt_id': 0"],
    ['capt_id', '101', "capt_id in section 'capt_id': '101'"],
  ];
  for (const [key, value, text] of refused) {
    assert.throws(
      () => read({ [key]: value }),
      (error) =>
        error instanceof ModuleSettingError && error.message === `error in config file; invalid value for ${text}`,
    );
  }
});
