import { runExtractaudio } from '../../src/tools/extractaudio.ts';

/** Runs extractaudio in this process as on no terminal, and returns what it has written. */
export async function runTool(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runExtractaudio(args, false, {
    stdout: process.stdout,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    beIdle: () => {},
    progress: undefined,
    hint: undefined,
  });
  return { code, out, err };
}
