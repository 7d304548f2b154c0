/** Text of an address and port from the addon: IPv6 in brackets and RFC 5952's form; '' when `family` is 0. */
export function endpointText(family: number, ip: Uint8Array, port: number): string {
  if (family === 4) return `${ip.subarray(0, 4).join('.')}:${port}`;
  return family === 6 ? `[${ipv6(ip)}]:${port}` : '';
}

/** Node's URL parser compresses an address as RFC 5952 asks for. */
function ipv6(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
