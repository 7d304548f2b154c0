/** The bytes of a numeric address in network order: 4 or 16. A scope (`%eth0`) has no place there. */
export function addressBytes(host: string): Uint8Array {
  const [address = ''] = host.split('%', 1);
  return address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
}

function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.', 4), Number);
}

function ipv6Bytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = address.split('::');
  bytes.set(groupBytes(head));
  if (tail !== undefined) {
    const end = groupBytes(tail);
    bytes.set(end, 16 - end.length);
  }
  return bytes;
}

/** Of groups between colons, the last of which may be an IPv4 address. */
function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return [...ipv4Bytes(group)];
    const value = Number.parseInt(group, 16);
    return [value >>> 8, value & 0xff];
  });
}
