// Rewrites the golden vectors of the resizer as lines of words, which the C++ test reads without a JSON parser.
// Usage: node resizer-vectors.mjs <resizer.json> <output>
import { readFileSync, writeFileSync } from 'node:fs';

const [input, output] = process.argv.slice(2);
const lines = [];
for (const [name, vector] of Object.entries(JSON.parse(readFileSync(input, 'utf8')).cases)) {
  const counters = ['in', 'out', 'discard'].map((fate) => vector.counters[`npkts_resizer_${fate}`]);
  lines.push([name, vector.output_ptime, ...counters, vector.input.length, vector.output.length].join(' '));
  for (const [ms, bytes] of vector.input) lines.push(`${ms} ${bytes}`);
  for (const [trigger, bytes] of vector.output) lines.push(`${trigger} ${bytes}`);
}
writeFileSync(output, `${lines.join('\n')}\n`);
