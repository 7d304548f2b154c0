/** A real number as the replies of G and Q have it: six decimals. */
export function real(value: number): string {
  return value.toFixed(6);
}
