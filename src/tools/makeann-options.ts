import { PROMPT_CODECS, type PromptCodec } from '../audio/prompt-encoders.ts';
import { GetoptError, getopt, type OptionShape } from '../config/getopt.ts';
import { ToolExit } from './tool-host.ts';

/** What makeann does, for the manual. */
export const MAKEANN_SUMMARY =
  'Encodes a prompt for the P command of rtpproxy: INFILE, a WAV file of any rate and number of channels, or 16-bit ' +
  'little-endian samples of 8 kHz without a header, becomes ' +
  'one file for each codec, TEMPLATE.0 (PCMU), .3 (GSM), .8 (PCMA), .9 (G.722) and .18 (G.729).';

export const MAKEANN_USAGE = 'usage: makeann [-l limit [-L]] infile [outfile_template]\n';

/** One option of makeann; the table is the only source for parsing, manual and completion. */
export interface MakeannOption extends OptionShape {
  readonly argumentName: string;
  readonly help: string;
}

export const MAKEANN_OPTIONS: readonly MakeannOption[] = [
  { short: 'l', argument: 'required', argumentName: 'SAMPLES', help: 'encode so many samples at most' },
  { short: 'L', argument: 'none', argumentName: '', help: 'begin again at the end of the input, until the limit' },
  {
    short: 'v',
    argument: 'none',
    argumentName: '',
    help: 'G.729 with voice activity detection: for debugging, a prompt may not play correctly',
  },
  {
    long: 'codecs',
    argument: 'required',
    argumentName: 'NAME,NAME...',
    help:
      `codecs to be written, of ${PROMPT_CODECS.map(({ name }) => name).join(', ')}; one whose library is missing is an ` +
      'error. Without this option such a codec is left out, as in a C tool that was built without it, and a terminal is told',
  },
  {
    long: 'compat',
    argument: 'none',
    argumentName: '',
    help: 'take the header of a WAV file for samples, as the C tool does: for raw samples that happen to begin like one',
  },
];

export interface MakeannOptions {
  readonly limit: number | undefined;
  readonly loop: boolean;
  readonly vad: boolean;
  /** Undefined: all that this installation has. */
  readonly codecs: readonly PromptCodec[] | undefined;
  readonly compat: boolean;
  readonly input: string;
  readonly template: string;
}

/** Reads the command line of makeann; `warn` hears of `-v`. @throws ToolExit */
export function parseMakeannOptions(
  args: readonly string[],
  posixlyCorrect: boolean,
  warn: (text: string) => void,
): MakeannOptions {
  let limit: number | undefined;
  let loop = false;
  let vad = false;
  let compat = false;
  let codecs: readonly PromptCodec[] | undefined;
  const operands: string[] = [];
  try {
    for (const { option, value } of getopt(args, MAKEANN_OPTIONS, posixlyCorrect)) {
      if (option === undefined) operands.push(value);
      else if (option.short === 'l') limit = readLimit(value ?? '');
      else if (option.short === 'L') loop = true;
      else if (option.long === 'compat') compat = true;
      else if (option.long === 'codecs') codecs = readCodecs(value ?? '');
      else {
        vad = true;
        warn('VAD enable (-v) is for debugging purposes only, produced stream may not play correctly');
      }
    }
  } catch (error) {
    if (!(error instanceof GetoptError)) throw error;
    throw new ToolExit(1, `makeann: ${shortName(error.message)}\n${MAKEANN_USAGE}`);
  }
  const [input, template, ...rest] = operands;
  if (input === undefined || rest.length > 0) throw new ToolExit(1, MAKEANN_USAGE);
  if (loop && limit === undefined) throw new ToolExit(1, 'makeann: limit have to be specified in the loop mode\n');
  return { limit, loop, vad, codecs, compat, input, template: template ?? input };
}

/** A number as atoi(3) reads it: what follows it does not matter. */
function readLimit(text: string): number {
  const limit = Number(/^\s*\+?(\d+)/.exec(text)?.[1] ?? 0);
  if (limit > 0) return limit;
  throw new ToolExit(1, 'makeann: limit parameter have to be a number greater than zero\n');
}

function readCodecs(text: string): readonly PromptCodec[] {
  return text.split(',').map((name) => {
    const codec = PROMPT_CODECS.find((each) => each.name === name.toUpperCase());
    if (codec !== undefined) return codec.name;
    const names = PROMPT_CODECS.map((each) => each.name).join(', ');
    throw new ToolExit(1, `makeann: unknown codec: "${name}"; there are ${names}\n`);
  });
}

/** As getopt(3) says it, which knows no long options. */
function shortName(message: string): string {
  return message.startsWith('unrecognized option') ? "invalid option -- '-'" : message;
}
