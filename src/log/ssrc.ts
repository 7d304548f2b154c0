/** An SSRC as log lines have it: `0x` and eight hex digits. */
export function formatSsrc(ssrc: number): string {
  return `0x${ssrc.toString(16).toUpperCase().padStart(8, '0')}`;
}
