import { type FileHandle, open } from 'node:fs/promises';
import { encodeBlocks, type PromptLength, type PromptTarget } from './encode-blocks.ts';
import { promptEncoders } from './library-codecs.ts';
import { openSamples } from './open-samples.ts';
import { PROMPT_CODECS, type PromptCodec } from './prompt-encoders.ts';
import { isSameFile } from './same-file.ts';

export interface EncodePromptOptions extends PromptLength {
  /** A WAV file, or 16-bit little-endian samples of 8000 Hz without a header. */
  readonly input: string;
  /** A WAV file's header is taken for samples, too. */
  readonly raw?: boolean;
  /** Files are TEMPLATE.PAYLOAD-TYPE; default: the input. */
  readonly template?: string;
  /** Default: those that this installation has. */
  readonly codecs?: readonly PromptCodec[];
}

/** A file of a prompt. */
export interface WrittenPrompt {
  readonly payloadType: number;
  readonly path: string;
}

/**
 * Encodes a prompt for the P command: a file for each codec.
 *
 * @throws MissingLibraryError when a codec was named that needs one, WavError, and RangeError for a codec or a limit that does not
 *   exist, before anything is written; and the system's errors
 */
export async function encodePrompt(options: EncodePromptOptions): Promise<readonly WrittenPrompt[]> {
  const { input, template = input, codecs, raw = false } = options;
  refuseOptions(options);
  const encoders = promptEncoders({ codecs, vad: false });
  const source = await openSamples(input, raw);
  const files: FileHandle[] = [];
  try {
    const paths = encoders.map(({ payloadType }) => `${template}.${payloadType}`);
    for (const path of paths) if (await isSameFile(path, input)) throw new Error(`${path} is the input, too`);
    const targets: PromptTarget[] = [];
    for (const encoder of encoders) {
      const file = await open(`${template}.${encoder.payloadType}`, 'w');
      files.push(file);
      targets.push({ encoder, write: (bytes) => file.appendFile(bytes) });
    }
    await encodeBlocks(source, options, targets);
    return targets.map(({ encoder: { payloadType } }) => ({ payloadType, path: `${template}.${payloadType}` }));
  } finally {
    await source.close();
    for (const file of files) await file.close();
  }
}

/** What JavaScript may give, and would come to no file or an empty one. */
function refuseOptions({ codecs = [], limit, loop = false }: EncodePromptOptions): void {
  const unknown = codecs.find((name) => PROMPT_CODECS.every((codec) => codec.name !== name));
  if (unknown !== undefined) throw new RangeError(`there is no codec ${JSON.stringify(unknown)} for prompts`);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new RangeError(`not a number of samples: ${limit}`);
  if (loop && limit === undefined) throw new RangeError('a prompt that begins again needs a limit');
}
