import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSrtpKey, SrtpKeyError } from '../../../src/captures/srtp-key.ts';

const OCTETS = Buffer.from(Array.from({ length: 30 }, (_, index) => index));
const KEY = OCTETS.toString('base64');

test('a key is master key and salt, and its suite says how long tags are', () => {
  for (const [suite, tagLength] of [
    ['AES_CM_128_HMAC_SHA1_80', 10],
    ['aes_cm_128_hmac_sha1_32', 4],
  ] as const) {
    const key = parseSrtpKey(`${suite}:${KEY}`);
    assert.deepEqual(key, { master: OCTETS.subarray(0, 16), salt: OCTETS.subarray(16), tagLength });
  }
});

test('what is no key is refused in the words of the C tools', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  const rows: readonly [string, string][] = [
    ['', 'invalid crypto argument must be in the format "<suite>:<base64_key>": '],
    [suite, `invalid crypto argument must be in the format "<suite>:<base64_key>": ${suite}`],
    [`AES_256_CM:${KEY}`, 'unknown or unsupported crypto suite: AES_256_CM'],
    [`__proto__:${KEY}`, 'unknown or unsupported crypto suite: __proto__'],
    [`${suite}:`, 'invalid length of base64 key encoding, expected 40, supplied 0'],
    [`${suite}:${KEY}A`, 'invalid length of base64 key encoding, expected 40, supplied 41'],
    [`${suite}:${KEY.slice(0, 39)}=`, 'error: padding in base64 unexpected'],
    [`${suite}:${KEY.slice(0, 39)}-`, 'error: padding in base64 unexpected'],
  ];
  for (const [text, message] of rows) {
    assert.throws(
      () => parseSrtpKey(text),
      (error) => error instanceof SrtpKeyError && error.message === message,
      text,
    );
  }
});
