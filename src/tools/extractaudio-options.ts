import { CONTAINERS, type Container, ENCODINGS, type Encoding, type FormatName } from '../audio/formats.ts';
import { parseSrtpKey, type SrtpKey, SrtpKeyError } from '../captures/srtp-key.ts';
import { GetoptError, getopt, type OptionShape } from '../config/getopt.ts';
import { ToolExit } from './tool-host.ts';

/** What extractaudio does, for the manual. */
export const EXTRACTAUDIO_SUMMARY =
  'Turns recordings of rtpproxy, ad-hoc or pcap, into an audio file. RDIR is what their names have in common: RDIR.a.rtp has ' +
  'the packets of the answering party, RDIR.o.rtp those of the originating one. LINKs are made to the audio file.';

/** One option of extractaudio; the table is the only source for parsing, manual and completion. */
export interface ExtractaudioOption extends OptionShape {
  readonly argumentName: string;
  readonly help: string;
  apply(draft: Draft, value: string): void;
}

/** What the command line says so far. */
interface Draft {
  container: Container;
  encoding: Encoding | undefined;
  answer: string | undefined;
  originate: string | undefined;
  answerKey: SrtpKey | undefined;
  originateKey: SrtpKey | undefined;
  stereo: boolean;
  dense: boolean;
  deletes: boolean;
  strict: boolean;
  idle: boolean;
  scans: boolean;
  compat: boolean;
  formats: boolean;
}

export interface ExtractaudioOptions extends Readonly<Omit<Draft, 'encoding'>> {
  readonly encoding: Encoding;
  readonly output: string;
  readonly links: readonly string[];
}

export const EXTRACTAUDIO_USAGE = `usage: extractaudio [-idsne] [-F file_fmt] [-D data_fmt] rdir outfile
                    [link1] ... [linkN]
       extractaudio [-idsne] [-F file_fmt] [-D data_fmt] [-A answer_cap]
                    [-B originate_cap] [--alice-crypto CSPEC]
                    [--bob-crypto CSPEC] outfile [link1] ... [linkN]
       extractaudio -S [-A answer_cap] [-B originate_cap]
       extractaudio -S rdir
`;

type Names = Pick<OptionShape, 'short' | 'long'>;

function flag(names: Names, help: string, apply: (draft: Draft) => void): ExtractaudioOption {
  return { ...names, argument: 'none', argumentName: '', help, apply };
}

function setting(
  names: Names & { readonly argumentName: string },
  help: string,
  apply: (draft: Draft, value: string) => void,
): ExtractaudioOption {
  return { ...names, argument: 'required', help, apply };
}

export const EXTRACTAUDIO_OPTIONS: readonly ExtractaudioOption[] = [
  flag({ short: 'd' }, 'delete the recordings when the audio file is complete', (draft) => {
    draft.deletes = true;
  }),
  flag({ short: 's' }, 'stereo: the answering party on the left, the originating one on the right', (draft) => {
    draft.stereo = true;
  }),
  flag({ short: 'S' }, 'print how many packets the recordings have, and nothing else', (draft) => {
    draft.scans = true;
  }),
  flag({ short: 'i' }, 'run with the lowest priority', (draft) => {
    draft.idle = true;
  }),
  flag({ short: 'n' }, 'leave silence out, and play the streams of each party one after the other', (draft) => {
    draft.dense = true;
  }),
  flag({ short: 'e' }, 'fail when one of the recordings cannot be read', (draft) => {
    draft.strict = true;
  }),
  setting({ short: 'F', argumentName: 'FORMAT' }, 'kind of the file (default wav)', (draft, value) => {
    draft.container = pick(value, CONTAINERS, 'file');
  }),
  setting(
    { short: 'D', argumentName: 'ENCODING' },
    'encoding of the samples (default gsm610, and ms_adpcm with -s)',
    (draft, value) => {
      draft.encoding = pick(value, ENCODINGS, 'data');
    },
  ),
  setting({ short: 'A', argumentName: 'FILE' }, 'recording of the answering party', (draft, value) => {
    draft.answer = value;
  }),
  setting({ short: 'B', argumentName: 'FILE' }, 'recording of the originating party', (draft, value) => {
    draft.originate = value;
  }),
  setting({ short: 'U', argumentName: 'TEXT' }, 'refused, as by the C tool', () => {
    throw new ToolExit(1, EXTRACTAUDIO_USAGE);
  }),
  setting(
    { long: 'alice-crypto', argumentName: 'SUITE:KEY' },
    'the recording of the answering party is SRTP in a pcap file: AES_CM_128_HMAC_SHA1_80 or AES_CM_128_HMAC_SHA1_32, and ' +
      'key and salt in base64, as in an SDP',
    (draft, value) => {
      draft.answerKey = srtpKey(value);
    },
  ),
  setting({ long: 'bob-crypto', argumentName: 'SUITE:KEY' }, 'the same for the originating party', (draft, value) => {
    draft.originateKey = srtpKey(value);
  }),
  flag({ long: 'formats' }, 'list what this installation can read and write, and how to get the rest', (draft) => {
    draft.formats = true;
  }),
  flag(
    { long: 'compat' },
    'as the C tool where that is of no use: leave packets of IPv6 in pcap files out, take pcapng for an ad-hoc recording, ' +
      'take a wrong key for no error, and have silence where the library of a codec is missing',
    (draft) => {
      draft.compat = true;
    },
  ),
];

/** A format by its name, in any case; another name is answered with a list of them. */
function pick<T extends string>(value: string, known: readonly FormatName<T>[], kind: 'file' | 'data'): T {
  const found = known.find(({ name }) => name === value.toLowerCase());
  if (found !== undefined) return found.name;
  const list = known.map(({ name, description }) => `    "${name}"\t- ${description}\n`).join('');
  throw new ToolExit(1, `extractaudio: unknown output ${kind} format: "${value}"\nSupported ${kind} formats:\n${list}`);
}

function srtpKey(value: string): SrtpKey {
  try {
    return parseSrtpKey(value);
  } catch (error) {
    throw error instanceof SrtpKeyError ? new ToolExit(1, `${error.message}\n`) : error;
  }
}

/** Reads the command line of extractaudio. @throws ToolExit */
export function parseExtractaudioOptions(args: readonly string[], posixlyCorrect: boolean): ExtractaudioOptions {
  const draft: Draft = {
    ...{ container: 'wav', encoding: undefined, answer: undefined, originate: undefined },
    ...{ answerKey: undefined, originateKey: undefined, stereo: false, dense: false, deletes: false, strict: false },
    ...{ idle: false, scans: false, compat: false, formats: false },
  };
  const operands: string[] = [];
  try {
    for (const { option, value } of getopt(args, EXTRACTAUDIO_OPTIONS, posixlyCorrect)) {
      if (option === undefined) operands.push(value);
      else option.apply(draft, value ?? '');
    }
  } catch (error) {
    if (!(error instanceof GetoptError)) throw error;
    throw new ToolExit(1, `extractaudio: ${error.message}\n${EXTRACTAUDIO_USAGE}`);
  }
  const encoding = draft.encoding ?? (draft.stereo ? 'ms_adpcm' : 'gsm610');
  return { ...draft, encoding, ...files(draft, operands) };
}

/** Which operands are recordings, and which are written. */
function files(
  { answer, originate, scans, formats }: Draft,
  operands: readonly string[],
): Pick<ExtractaudioOptions, 'answer' | 'originate' | 'output' | 'links'> {
  const byName = answer !== undefined || originate !== undefined;
  const [rdir, ...rest] = byName ? ['', ...operands] : operands;
  const [output = '', ...links] = rest;
  const count = byName ? operands.length : operands.length - 1;
  const fits = scans ? count === 0 : count >= 1;
  if (!fits && !formats) throw new ToolExit(1, EXTRACTAUDIO_USAGE);
  return byName
    ? { answer, originate, output, links }
    : { answer: `${rdir}.a.rtp`, originate: `${rdir}.o.rtp`, output, links };
}
