const ZERO = 0x30;
const NINE = 0x39;
const VT = 0x0b;
const FF = 0x0c;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
/** Numbers of so many characters always fit 32 bits. */
const SHORT_NUMBER = 9;
/** So many characters of a number without leading zeros are beyond 64 bits, so the others change nothing. */
const SATURATED = 22;

/**
 * Index after the decimal number that starts at `at`; `at` itself when there is none. As in the C library it may begin with a
 * sign, and before it with blanks; of those a token can only contain VT and FF.
 */
export function endOfDecimal(text: string, at: number): number {
  let sign = at;
  while (text.charCodeAt(sign) === VT || text.charCodeAt(sign) === FF) sign += 1;
  const first = text.charAt(sign) === '+' || text.charAt(sign) === '-' ? sign + 1 : sign;
  let end = first;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end === first ? at : end;
}

/**
 * The whole text as a decimal number in the way the C daemon reads one: saturated at 64 bits, then cut to a signed 32-bit
 * integer (`99999999999` is 1215752191, protocol.md 7). Undefined when the text is anything but a number.
 */
export function decimalToInt32(text: string): number | undefined {
  return readDecimal(text, (value) => (value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : value));
}

/** The same for a port, which the C library reads as unsigned: any number beyond 64 bits is then 2^64 - 1, and so -1. */
export function unsignedDecimalToInt32(text: string): number | undefined {
  return readDecimal(text, (value) => (value > UINT64_MAX || value < -UINT64_MAX ? UINT64_MAX : value));
}

function readDecimal(text: string, saturate: (value: bigint) => bigint): number | undefined {
  if (text === '' || endOfDecimal(text, 0) !== text.length) return undefined;
  // `| 0` also turns the -0 of `-0` into 0.
  if (text.length <= SHORT_NUMBER) return Number(text) | 0;
  const value = BigInt(
    text
      .trimStart()
      .replace(/^([+-]?)0+(?=\d)/, '$1')
      .slice(0, SATURATED),
  );
  return Number(BigInt.asIntN(32, saturate(value)));
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
