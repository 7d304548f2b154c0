/** What a pcap file begins with: version 2.4, microseconds, link type Ethernet, in the byte order of the host (media.md 6.5). */
export const PCAP_FILE_HEADER: Uint8Array = fileHeader();

function fileHeader(): Uint8Array {
  const words = new Uint32Array(6);
  const halves = new Uint16Array(words.buffer);
  words[0] = 0xa1b2c3d4;
  halves[2] = 2;
  halves[3] = 4;
  words[4] = 65535;
  words[5] = 1;
  return new Uint8Array(words.buffer);
}
