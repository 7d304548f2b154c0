import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { CONFIGURATIONS } from './configurations.ts';

const HELP = `Compares the daemon with another one on the same random commands.

  node --import tsx test/conformance/compare/main.ts --reference "/path/of/rtpproxy" [--seed N] [--count N]

  --reference CMD  the daemon to compare with; blanks separate its arguments
  --daemon CMD     our daemon; default: from the sources
  --seed N         which commands; default 1
  --count N        commands for each configuration; default 20000
  --only NAMES     configurations, with commas: ${CONFIGURATIONS.map(({ name }) => name).join(', ')}
  --trials N       fresh starts spent on the history of one difference; default 60

Exit code 1 if there are differences that known.ts does not list.`;

const { values } = parseArgs({
  options: {
    reference: { type: 'string' },
    daemon: { type: 'string', default: fromSources() },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20000' },
    only: { type: 'string' },
    trials: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
});

const { reference, only } = values;
if (values.help || reference === undefined) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const names = only?.split(',');
const findings = await runCampaign({
  programs: { reference: words(reference), ours: words(values.daemon) },
  configurations: CONFIGURATIONS.filter(({ name }) => names === undefined || names.includes(name)),
  seed: Number(values.seed),
  count: Number(values.count),
  trials: Number(values.trials),
  progress: (line) => console.log(line),
});
console.log(findings.lines().join('\n'));
process.exitCode = findings.total > 0 ? 1 : 0;

function words(command: string): string[] {
  return command.split(' ').filter(Boolean);
}

function fromSources(): string {
  const main = new URL('../../../src/cli/rtpproxy.cts', import.meta.url).pathname;
  return `${process.execPath} --import ${import.meta.resolve('tsx')} ${main}`;
}
