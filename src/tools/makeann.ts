import { type FileHandle, open } from 'node:fs/promises';
import { encodeBlocks, type PromptTarget } from '../audio/encode-blocks.ts';
import { promptEncoders } from '../audio/library-codecs.ts';
import { MissingLibraryError, missingCodecs } from '../audio/missing-library.ts';
import { openSamples } from '../audio/open-samples.ts';
import { PROMPT_CODECS, type PromptEncoder } from '../audio/prompt-encoders.ts';
import { isSameFile } from '../audio/same-file.ts';
import type { SampleSource } from '../audio/sample-source.ts';
import { WavError } from '../audio/wav-header.ts';
import { systemErrorText } from '../log/strerror.ts';
import { type MakeannOptions, parseMakeannOptions } from './makeann-options.ts';
import { EXIT_INSTALLATION, exitCode, ToolExit, type ToolHost } from './tool-host.ts';

/** The `makeann` command; the exit code. */
export async function runMakeann(args: readonly string[], posixlyCorrect: boolean, host: ToolHost): Promise<number> {
  try {
    const warn = (text: string): void => host.err(`makeann: ${text}\n`);
    const options = parseMakeannOptions(args, posixlyCorrect, warn);
    await make(options, encoders(options, host));
    return 0;
  } catch (error) {
    return exitCode(error, 'makeann', host);
  }
}

/** Codecs that nobody asked for are left out without their library, as in a C tool that was built without them. */
function encoders({ codecs, vad }: MakeannOptions, host: ToolHost): readonly PromptEncoder[] {
  try {
    const found = promptEncoders({ codecs, vad });
    const missing = codecs === undefined ? missingCodecs(PROMPT_CODECS.map((each) => each.payloadType)) : undefined;
    if (missing !== undefined) host.hint?.(`makeann: not all codecs are written: ${missing.message}\n`);
    return found;
  } catch (error) {
    if (!(error instanceof MissingLibraryError)) throw error;
    throw new ToolExit(EXIT_INSTALLATION, `makeann: ${error.message}\n`);
  }
}

async function make(options: MakeannOptions, codecs: readonly PromptEncoder[]): Promise<void> {
  const { input, template, limit, loop, compat } = options;
  const source = await openSource(input, compat);
  const files: FileHandle[] = [];
  try {
    await refuseInput(input, template, codecs);
    const targets: PromptTarget[] = [];
    for (const encoder of codecs) {
      const path = `${template}.${encoder.payloadType}`;
      const file = await openTarget(path);
      files.push(file);
      targets.push({ encoder, write: (bytes) => writeAll(file, path, bytes) });
    }
    await encodeBlocks(source, { limit, loop }, targets);
  } catch (error) {
    throw error instanceof WavError ? wavExit(input, error) : error;
  } finally {
    await source.close();
    for (const file of files) await file.close();
  }
}

async function openSource(path: string, raw: boolean): Promise<SampleSource> {
  try {
    return await openSamples(path, raw);
  } catch (error) {
    if (error instanceof WavError) throw wavExit(path, error);
    throw new ToolExit(1, `makeann: can't open ${path} for reading: ${systemErrorText(error)}\n`);
  }
}

function wavExit(path: string, error: WavError): ToolExit {
  return new ToolExit(1, `makeann: ${path} is a WAV file that cannot be read: ${error.message}\n`);
}

/** No output may be the input, which it would empty. */
async function refuseInput(input: string, template: string, codecs: readonly PromptEncoder[]): Promise<void> {
  for (const { payloadType } of codecs) {
    const path = `${template}.${payloadType}`;
    if (await isSameFile(path, input))
      throw new ToolExit(1, `makeann: can't open ${path} for writing: it is the input\n`);
  }
}

async function openTarget(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    throw new ToolExit(1, `makeann: can't open ${path} for writing: ${systemErrorText(error)}\n`);
  }
}

async function writeAll(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
  } catch {
    throw new ToolExit(1, `makeann: can't write to ${path}\n`);
  }
}
