import type { ArgumentKind, OptionShape } from '../config/getopt.ts';
import { OPTIONS } from '../config/options.ts';
import { LOG_LEVELS } from '../log/log.ts';
import { EXTRACTAUDIO_OPTIONS } from '../tools/extractaudio-options.ts';
import { MAKEANN_OPTIONS } from '../tools/makeann-options.ts';
import { CTL_COMMANDS, CTL_OPTIONS } from './ctl-options.ts';
import { QUERY_OPTIONS } from './query-options.ts';

/** What completion has to know about an option: all of it is in the option tables. */
export interface CompletedOption extends OptionShape {
  readonly argument: ArgumentKind;
  readonly argumentName: string;
  readonly help: string;
  readonly repeatable?: boolean;
}

/** A command and its options. */
export interface CompletedCommand {
  readonly name: string;
  readonly options: readonly CompletedOption[];
  /** What its first operand may be. */
  readonly commands?: readonly string[];
}

export const COMPLETED_COMMANDS: readonly CompletedCommand[] = [
  { name: 'rtpproxy', options: OPTIONS },
  { name: 'rtpp-query', options: QUERY_OPTIONS },
  { name: 'rtpp-ctl', options: CTL_OPTIONS, commands: CTL_COMMANDS.map(({ name }) => name) },
  { name: 'makeann', options: MAKEANN_OPTIONS },
  { name: 'extractaudio', options: EXTRACTAUDIO_OPTIONS },
];

/** Kinds of sockets; the help of an option names those that it takes. */
const SOCKETS = /\b(?:c?unix|(?:udp|tcp)6?|stdioc?|systemd):/g;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'LEVEL[:FACILITY]': LOG_LEVELS.map((level) => level.toLowerCase()),
};

/** Words that an argument may be, or begin with: those between the bars of its name, but not `N` and the like. */
function words({ argumentName, help }: CompletedOption): readonly string[] {
  if (kind(argumentName) === 'socket') return [...new Set(help.match(SOCKETS))];
  const choices = argumentName.includes('|') ? argumentName.split('|') : [];
  return WORDS[argumentName] ?? choices.filter((choice) => /^[a-z]/.test(choice));
}

/** What of the system an argument names. */
function kind(argumentName: string): 'file' | 'directory' | 'user' | 'socket' | undefined {
  const kinds = {
    FILE: 'file',
    PATH: 'file',
    DIR: 'directory',
    'USER[:GROUP]': 'user',
    SOCKET: 'socket',
    TARGET: 'socket',
  } as const;
  return argumentName in kinds ? kinds[argumentName as keyof typeof kinds] : undefined;
}

/** Every way to write an option: `-h`, `--help`. */
function spellings({ short, long }: CompletedOption): string[] {
  return [short === undefined ? '' : `-${short}`, long === undefined ? '' : `--${long}`].filter((name) => name !== '');
}

/** The completion file of a command for bash; it needs nothing but bash. */
export function bashCompletion({ name, options, commands = [] }: CompletedCommand): string {
  const choose = '"$word"';
  const generators = { file: '-f', directory: '-d', user: '-u', socket: '-f' } as const;
  const cases = options.flatMap((option) => {
    if (option.argument === 'none') return [];
    const list = words(option);
    const what = kind(option.argumentName);
    const from = [...(list.length > 0 ? [`-W '${list.join(' ')}'`] : []), ...(what ? [generators[what]] : [])];
    const reply = from.map((source) => `$(compgen ${source} -- ${choose})`).join(' ');
    // What follows such a prefix is still missing.
    const open = what === 'socket' ? 'compopt -o nospace 2>/dev/null; ' : '';
    return [`    ${spellings(option).join('|')}) COMPREPLY=(${reply}); ${open}return ;;`];
  });
  const names = options.flatMap(spellings);
  const identifier = name.replace('-', '_');
  const operand = commands.length === 0 ? '' : ` || COMPREPLY=($(compgen -W '${commands.join(' ')}' -- ${choose}))`;
  return `# bash completion for ${name}, made from its option table
_${identifier}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  # Bash parts --name=value and unix:PATH into words.
  if [[ $word == [=:] ]]; then word=; else [[ $before == [=:] ]] && before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  case $before in
${cases.join('\n')}
  esac
  [[ $word == -* ]] && COMPREPLY=($(compgen -W '${names.join(' ')}' -- ${choose}))${operand}
}
complete -o default -F _${identifier} ${name}
`;
}

/** The completion file of a command for zsh, with the help of each option. */
export function zshCompletion({ name, options, commands = [] }: CompletedCommand): string {
  const specifications = options.flatMap((option) =>
    spellings(option).map((spelling) => specification(option, spelling)),
  );
  const operand = commands.length === 0 ? [] : [`'1:command:(${commands.join(' ')})'`];
  return `#compdef ${name}
# Made from the option table of ${name}.
_arguments -s \\
  ${[...specifications, ...operand].join(' \\\n  ')}
`;
}

function specification(option: CompletedOption, spelling: string): string {
  const repeated = option.repeatable === true ? '*' : '';
  const [sentence = ''] = /^.*?\.(?= |$)|^.*/.exec(option.help) ?? [];
  const help = sentence.replaceAll(/[[\]\\]/g, '\\$&');
  const suffix = { none: '', required: spelling.startsWith('--') ? '=' : '+', optional: '=-' }[option.argument];
  const separator = { none: '', required: ':', optional: '::' }[option.argument];
  const message = option.argumentName.replaceAll(/[:\\]/g, '\\$&');
  const argument = separator === '' ? '' : `${separator}${message}:${zshAction(option)}`;
  return `'${`${repeated}${spelling}${suffix}[${help}]${argument}`.replaceAll("'", `'\\''`)}'`;
}

function zshAction(option: CompletedOption): string {
  const actions = { file: '_files', directory: '_directories', user: '_users', socket: '' } as const;
  const what = kind(option.argumentName);
  if (what !== undefined && what !== 'socket') return actions[what];
  const list = words(option);
  return list.length === 0 ? ' ' : `(${list.map((word) => word.replaceAll(':', '\\:')).join(' ')})`;
}
