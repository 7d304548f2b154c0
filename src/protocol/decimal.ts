const ZERO = 0x30;
const NINE = 0x39;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
/** Numbers of so many characters always fit 32 bits. */
const SHORT_NUMBER = 9;
/** So many characters of a number without leading zeros are beyond 64 bits, so the others change nothing. */
const SATURATED = 21;

/** Index after the decimal number (optional sign, digits) that starts at `at`; `at` itself when there is none. */
export function endOfDecimal(text: string, at: number): number {
  const sign = text.charAt(at);
  const first = sign === '+' || sign === '-' ? at + 1 : at;
  let end = first;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end === first ? at : end;
}

/**
 * The whole text as a decimal number in the way the C daemon reads one: saturated at 64 bits, then cut to a signed 32-bit
 * integer (`99999999999` is 1215752191, protocol.md 7). Undefined when the text is anything but a number.
 */
export function decimalToInt32(text: string): number | undefined {
  if (text === '' || endOfDecimal(text, 0) !== text.length) return undefined;
  // `| 0` also turns the -0 of `-0` into 0.
  if (text.length <= SHORT_NUMBER) return Number(text) | 0;
  const value = BigInt(text.replace(/^([+-]?)0+(?=\d)/, '$1').slice(0, SATURATED));
  return Number(BigInt.asIntN(32, value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : value));
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
