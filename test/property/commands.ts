import fc from 'fast-check';
import { VERBS } from '../../src/protocol/verbs.ts';

/** The scheduled run: `RTPPROXY_TEST_SCALE=full`. */
export const FULL_SCALE = process.env.RTPPROXY_TEST_SCALE === 'full';
/** How often a property is tried. */
export const RUNS = FULL_SCALE ? 250_000 : 5000;

/** Text of these characters. */
export function characters(allowed: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...allowed), minLength, maxLength });
}

/** A token of any bytes but the separators and NUL. */
export const token = fc
  .array(
    fc.integer({ min: 1, max: 255 }).filter((code) => ![9, 10, 13, 32].includes(code)),
    { minLength: 1, maxLength: 12 },
  )
  .map((codes) => String.fromCharCode(...codes))
  .filter((text) => text !== '&&');
/** Text made of the pieces that mean something to the parser, so that it often gets far. */
export const nearlyCommand = fc
  .array(
    fc.oneof(
      fc.constantFrom(...VERBS.map((spec) => spec.letters.toUpperCase())),
      fc.constantFrom('&&', '127.0.0.1', '::1', '0.0.0.0', '4000', 'sip', '1.2.3.4.5', 'ttl=5', 'tos=x', '%zz', 'M3:1'),
      characters('aswn6zceilr{}[]:.0129+-%\xe9', 1, 12).map((modifiers) => `U${modifiers}`),
      characters('aswn6zceilr{}[]:.0129+-%\xe9', 1, 12),
      token,
    ),
    { maxLength: 30 },
  )
  .map((words) => Buffer.from(words.join(' '), 'latin1'));
