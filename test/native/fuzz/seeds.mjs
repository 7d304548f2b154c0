// Turns golden vectors into inputs for the fuzz targets: node test/native/fuzz/seeds.mjs OUTPUT
// Makes OUTPUT/<target>/; the layout of the inputs stands at the top of each target. For `npm run fuzz` to start from when
// a target's layout has changed and its corpus is of no use any more.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [output] = process.argv.slice(2);
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const readCases = (name) => Object.entries(JSON.parse(readFileSync(path.join(fixtures, name), 'utf8')).cases);

function write(target, name, bytes) {
  mkdirSync(path.join(output, target), { recursive: true });
  writeFileSync(path.join(output, target, name), bytes);
}

const u16 = (value) => [(value >> 8) & 255, value & 255];
const u32 = (value) => [...u16((value >>> 16) & 65535), ...u16(value & 65535)];

for (const [name, { packets }] of readCases('analyzer.json')) {
  const bytes = [];
  let before = { seq: 0, ts: 0, ms: 0 };
  const ssrcs = [];
  for (const [arrival, pt, marker, seq, ts, ssrc] of packets.slice(0, 100)) {
    if (!ssrcs.includes(ssrc)) ssrcs.push(ssrc);
    const ms = Math.round(arrival * 1000);
    bytes.push((ssrcs.indexOf(ssrc) << 4) | (marker ? 1 : 0), pt);
    bytes.push(...u16(seq - before.seq), ...u32((ts - before.ts) | 0), ...u16(ms - before.ms));
    before = { seq, ts, ms };
  }
  write('analyzer', name, Buffer.from(bytes));
}

const TYPES = [0, 8, 9, 3, 18, 4, 13, 101];
const seen = new Set();
for (const [name, vector] of readCases('media/resizer.json')) {
  const bytes = [...u16(vector.output_ptime - 1)];
  let next = 0xfffff000;
  let before = { ms: 0 };
  const ssrcs = [];
  let first;
  for (const [ms, hex] of vector.input) {
    const packet = Buffer.from(hex, 'hex');
    if (packet.length < 12) {
      bytes.push(5, Math.min(255, ms - before.ms), ...u16(packet.length), ...packet);
      before = { ms };
      continue;
    }
    const pt = packet[1] & 127;
    const look = packet[0] & 63;
    const type = TYPES.indexOf(pt);
    const payload = packet.length - 12;
    const ticks = { 3: (payload / 33) * 160, 18: Math.ceil(payload / 10) * 80, 4: (payload / 24) * 240 }[pt] ?? payload;
    first ??= packet.readUInt32BE(4) - next;
    const ts = (packet.readUInt32BE(4) - first) >>> 0;
    const ssrc = packet.readUInt32BE(8);
    if (!ssrcs.includes(ssrc)) ssrcs.push(ssrc);
    const silence = pt === 18 && payload % 10 !== 0 ? 8 : 0;
    const marker = packet[1] & 128 ? 16 : 0;
    bytes.push(look ? (look >> 2) << 3 : 0, (ssrcs.indexOf(ssrc) << 6) | marker | silence | Math.max(0, type));
    bytes.push(...u16(Math.round(ticks)), ...u16((ts - next) | 0), Math.min(255, ms - before.ms));
    next = (ts + Math.round(ticks)) >>> 0;
    before = { ms };
    const kind = `${pt} ${look} ${payload % 33}`;
    if (!seen.has(kind) && payload < 200) write('packet', `${name}-${seen.size}`, packet);
    seen.add(kind);
  }
  write('resizer', name, Buffer.from(bytes));
}

const recordings = path.join(fixtures, 'media/recording');
for (const set of readdirSync(recordings).filter((name) => !name.includes('.'))) {
  for (const name of readdirSync(path.join(recordings, set))) {
    const kind = set.startsWith('pcap') ? 3 : 1;
    write(
      'recording',
      `${set}-${name}`,
      Buffer.concat([Buffer.of(kind), readFileSync(path.join(recordings, set, name))]),
    );
  }
}
