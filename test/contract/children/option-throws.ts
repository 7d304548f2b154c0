import assert from 'node:assert/strict';
import { loadNative } from '../../../src/addon/loader.ts';
import { OPTIONS } from '../native-engine.ts';

const { NativeEngine } = loadNative();
for (const name of Object.keys(OPTIONS)) {
  const options = Object.defineProperty({ ...OPTIONS }, name, {
    get: () => {
      throw new Error(`from ${name}`);
    },
  });
  assert.throws(() => new NativeEngine(options, () => {}), { message: `from ${name}` });
}
