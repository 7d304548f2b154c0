import type { CliOption } from './option.ts';
import { OPTIONS } from './options.ts';

/** The C daemon's usage text, byte for byte; it follows the message about a wrong command line (cli.md 2.2). */
export const USAGE = `usage:\trtpproxy [-2fvFiPaRbD] [-l addr1[/addr2]] [-6 addr1[/addr2]] [-s path]
\t  [-t tos] [-r rdir [-S sdir]] [-T ttl] [-L nfiles] [-m port_min]
\t  [-M port_max] [-u uname[:gname]] [-w sock_mode] [-n timeout_socket]
\t  [-d log_level[:log_facility]] [-p pid_file]
\t  [-c fifo|rr] [-A addr1[/addr2] [-W setup_ttl]
\trtpproxy -V
`;

const WIDTH = 79;
const INDENT = ' '.repeat(8);

/** The text of `--help`: every option that this version supports. */
export function helpText(): string {
  const options = OPTIONS.filter((option) => option.effect.kind !== 'planned');
  const blocks = options.map((option) => `  ${synopsis(option)}\n${paragraph(description(option))}`);
  return `usage: rtpproxy [OPTION]...\nRelays RTP and RTCP between SIP endpoints.\n\n${blocks.join('\n')}`;
}

/** An option with its argument, such as `-T SECONDS` or `--overload_prot[=X]`. */
function synopsis(option: CliOption): string {
  const name = option.short === undefined ? `--${option.long}` : `-${option.short}`;
  if (option.argument === 'none') return name;
  return option.argument === 'optional' ? `${name}[=${option.argumentName}]` : `${name} ${option.argumentName}`;
}

function description(option: CliOption): string {
  return option.defaultText === undefined ? option.help : `${option.help} (default: ${option.defaultText})`;
}

function paragraph(text: string): string {
  const lines: string[] = [];
  let line = INDENT;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH && line !== INDENT) {
      lines.push(line);
      line = INDENT;
    }
    line += `${line === INDENT ? '' : ' '}${word}`;
  }
  lines.push(line);
  return `${lines.join('\n')}\n`;
}
