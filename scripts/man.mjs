// Writes the manual pages to dist/man/, from the option tables of the compiled commands.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rtppQueryManual, rtpproxyManual } from '../dist/cli/manual.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const folder = new URL('../dist/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('rtpproxy.8', folder), rtpproxyManual(version));
writeFileSync(new URL('rtpp-query.1', folder), rtppQueryManual(version));
