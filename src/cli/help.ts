import { type CliOption, configKey, optionName } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';

const WIDTH = 79;
const INDENT = ' '.repeat(8);

/** The usage text follows the message about a wrong command line: that of the C daemon (cli.md 2.2), then our own options. */
export const USAGE = `usage:\trtpproxy [-2fvFiPaRbD] [-l addr1[/addr2]] [-6 addr1[/addr2]] [-s path]
\t  [-t tos] [-r rdir [-S sdir]] [-T ttl] [-L nfiles] [-m port_min]
\t  [-M port_max] [-u uname[:gname]] [-w sock_mode] [-n timeout_socket]
\t  [-d log_level[:log_facility]] [-p pid_file]
\t  [-c fifo|rr] [-A addr1[/addr2] [-W setup_ttl]
${ownOptions()}\trtpproxy -V
\trtpproxy -h | --check
`;

const INTRODUCTION =
  'Relays RTP and RTCP between SIP endpoints. In a configuration file an option has the name in brackets, a long one its ' +
  'own with _ for -.';

/** The text of `--help`. */
export function helpText(): string {
  const blocks = OPTIONS.map(
    (option) => `  ${synopsis(option)}${keySuffix(option)}\n${paragraph(description(option))}`,
  );
  return `usage: rtpproxy [OPTION]...\n${paragraph(INTRODUCTION, '')}\n${blocks.join('\n')}`;
}

/** Options with long names alone, in the indentation of the usage text. */
function ownOptions(): string {
  const own = OPTIONS.filter(({ short, effect }) => short === undefined && effect.kind === 'set');
  const words = own.map((option) => `[${synopsis(option)}]`.replaceAll(' ', '\u00a0'));
  return paragraph(words.join(' '), `${INDENT}  `).replaceAll(`${INDENT}  `, '\t  ').replaceAll('\u00a0', ' ');
}

/** An option with its argument, such as `-T SECONDS` or `--overload_prot[=X]`. */
export function synopsis(option: CliOption): string {
  const both = option.short !== undefined && option.long !== undefined;
  const name = both ? `${optionName(option)}, --${option.long}` : optionName(option);
  if (option.argument === 'none') return name;
  return option.argument === 'optional' ? `${name}[=${option.argumentName}]` : `${name} ${option.argumentName}`;
}

/** The key in a configuration file, when the name of the option does not tell it. */
function keySuffix(option: CliOption): string {
  const key = configKey(option);
  return key === undefined || key === option.long?.replaceAll('-', '_') ? '' : `   [${key}]`;
}

export function description(option: CliOption): string {
  return option.defaultText === undefined ? option.help : `${option.help} (default: ${option.defaultText})`;
}

function paragraph(text: string, indent = INDENT): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH && line !== indent) {
      lines.push(line);
      line = indent;
    }
    line += `${line === indent ? '' : ' '}${word}`;
  }
  lines.push(line);
  return `${lines.join('\n')}\n`;
}
