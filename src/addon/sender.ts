/** Who sent a datagram. The same object stands for the same sender in consecutive datagrams. */
export interface Sender {
  /** Numeric address; that of an IPv4 client of a dual-stack socket is IPv4. */
  readonly host: string;
  readonly port: number;
}

/** Integers that describe a sender: family, port, four of the address. */
const FIELDS = 6;

/** Reads senders from the integers of a request. SIP proxies are few, so the text of an address is mostly there already. */
export class SenderReader {
  readonly #fields = new Int32Array(FIELDS);
  readonly #bytes = new Uint8Array(this.#fields.buffer);
  #sender: Sender = { host: '', port: 0 };

  read(requests: Int32Array, at: number): Sender {
    const fields = this.#fields;
    let same = true;
    for (let i = 0; i < FIELDS; i++) {
      const value = requests[at + i] ?? 0;
      same &&= fields[i] === value;
      fields[i] = value;
    }
    if (same) return this.#sender;
    const [family, port = 0] = fields;
    const ip = this.#bytes.subarray(8);
    this.#sender = { host: family === 4 ? ip.subarray(0, 4).join('.') : ipv6Text(ip), port };
    return this.#sender;
  }
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
