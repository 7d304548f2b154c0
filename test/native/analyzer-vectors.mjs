// Rewrites the golden vectors of the analyzer as lines of words, which the C++ test reads without a JSON parser.
// Usage: node analyzer-vectors.mjs <analyzer.json> <output>
import { readFileSync, writeFileSync } from 'node:fs';

const [input, output] = process.argv.slice(2);
const figures = [
  'rtpa_nsent',
  'rtpa_nrcvd',
  'rtpa_ndups',
  'rtpa_nlost',
  'ssrc_changes',
  'desync_count',
  'seq_res_count',
  'aerr',
  'jitter_ssrcs',
  'jitter_pcount',
  'jitter_vcount',
  'rtpa_jlast',
  'rtpa_jmax',
  'rtpa_javg',
];
const lines = [];
for (const [name, { packets, result }] of Object.entries(JSON.parse(readFileSync(input, 'utf8')).cases)) {
  lines.push(`${name} ${packets.length}`, figures.map((figure) => result[figure]).join(' '));
  for (const packet of packets) lines.push(packet.join(' '));
}
writeFileSync(output, `${lines.join('\n')}\n`);
