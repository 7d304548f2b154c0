/** RTCP packets as hexadecimal digits. */
const BLOCK = '222222220500000a00011170000000211234567800010000';

export const SR = '80c8000611111111e87547008000000000027100000003e800027100';
export const SR_BLOCK = `81c8000c11111111e87547008000000000027100000003e800027100${BLOCK}`;
export const RR = '80c9000133333333';
export const SDES = '81ca00041111111101097573657240686f737400';
export const BYE = '81cb000111111111';

/** A receiver report whose block says that so many packets were lost. */
export function rrWithLoss(lost: number): string {
  const bits = (lost & 0xff_ffff).toString(16).padStart(6, '0');
  return `81c9000700000007${BLOCK.replace('00000a', bits)}`;
}

/** A receiver report with so many blocks. */
export function rrWithBlocks(count: number): string {
  const [first, length] = [(0x80 | count).toString(16), (1 + 6 * count).toString(16).padStart(4, '0')];
  return `${first}c9${length}00000007${BLOCK.repeat(count)}`;
}
