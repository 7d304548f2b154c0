// Writes the manual pages to dist/man/ and the completion files of the shells to dist/completion/, from the option tables of the
// compiled commands.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bashCompletion, COMPLETED_COMMANDS, zshCompletion } from '../dist/cli/completion.js';
import { rtppCtlManual, rtppQueryManual, rtpproxyManual } from '../dist/cli/manual.js';
import { extractaudioManual, makeannManual } from '../dist/cli/tool-manuals.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const folder = new URL('../dist/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('rtpproxy.8', folder), rtpproxyManual(version));
writeFileSync(new URL('rtpp-query.1', folder), rtppQueryManual(version));
writeFileSync(new URL('rtpp-ctl.1', folder), rtppCtlManual(version));
writeFileSync(new URL('makeann.1', folder), makeannManual(version));
writeFileSync(new URL('extractaudio.1', folder), extractaudioManual(version));

const completion = new URL('../dist/completion/', import.meta.url);
for (const shell of ['bash', 'zsh']) mkdirSync(new URL(shell, completion), { recursive: true });
for (const command of COMPLETED_COMMANDS) {
  writeFileSync(new URL(`bash/${command.name}`, completion), bashCompletion(command));
  writeFileSync(new URL(`zsh/_${command.name}`, completion), zshCompletion(command));
}
