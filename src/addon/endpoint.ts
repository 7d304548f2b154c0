import type { AddressFigures } from './contract.ts';

/** Text of an address and port from the addon: IPv6 in brackets and RFC 5952's form; '' when `family` is 0. */
export function endpointText(family: number, ip: Uint8Array, port: number): string {
  if (family === 4) return `${addressText(4, ip)}:${port}`;
  return family === 6 ? `[${addressText(6, ip)}]:${port}` : '';
}

/** The same of an address among figures. */
export function peerText(address: AddressFigures): string {
  return address.family === 0 ? '' : `${peerHost(address)}:${address.port}`;
}

/** The same without the port. */
export function peerHost({ family, ip0, ip1, ip2, ip3 }: AddressFigures): string {
  if (family === 0) return '';
  if (family === 4) return `${ip0 >>> 24}.${(ip0 >>> 16) & 255}.${(ip0 >>> 8) & 255}.${ip0 & 255}`;
  const ip = Buffer.alloc(16);
  for (const [part, word] of [ip0, ip1, ip2, ip3].entries()) ip.writeUInt32BE(word, 4 * part);
  return `[${ipv6Text(ip)}]`;
}

/** Text of an address, whose bytes are in network order. */
export function addressText(family: 4 | 6, ip: Uint8Array): string {
  return family === 4 ? ip.subarray(0, 4).join('.') : ipv6Text(ip);
}

/** RFC 5952: no leading zeros, and the longest run of at least two zero groups (the first of equals) becomes `::`. */
function ipv6Text(ip: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (((ip[2 * i] ?? 0) << 8) | (ip[2 * i + 1] ?? 0)).toString(16));
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}
