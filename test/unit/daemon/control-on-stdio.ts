import { buildConfig } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { Control } from '../../../src/daemon/control.ts';
import { until } from '../../helpers/deadline.ts';
import { LogBook } from '../session/log-book.ts';

// Opens the control sockets of its arguments, which echo commands, and tells on stdout when the end of stdin ends it.
const environment = { uid: 1000, processors: 1, warn: () => {} };
const config = await buildConfig({ ...newDraft(), foreground: true, controls: process.argv.slice(2) }, environment);
let ended = false;
const handler = (command: Uint8Array): string => `${Buffer.from(command).toString('latin1')}\n`;
const control = new Control();
const ends = () => {
  ended = true;
  process.stdout.write('ended\n');
};
await control.open(config, handler, ends, { logger: new LogBook() });
await until(() => ended || process.stdin.readableEnded, 5000, 'end of input');
await control.close();
