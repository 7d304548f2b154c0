import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runExtractaudio } from '../../src/tools/extractaudio.ts';
import { runMakeann } from '../../src/tools/makeann.ts';

// Runs the C tools' recorded cases (test/fixtures/tools) in this process: a program for each would take minutes.

const FOLDER = fileURLToPath(new URL('../fixtures/tools', import.meta.url));

/** A file that a case leaves behind. */
interface ExpectedOutput {
  readonly name: string;
  readonly size: number;
  readonly sha256?: string;
  readonly link?: string;
  readonly mask?: readonly (readonly [offset: number, length: number])[];
  readonly unstable?: boolean;
  readonly optional?: boolean;
  readonly needs?: readonly string[];
}

export interface ToolCase {
  readonly name: string;
  readonly tool: 'makeann' | 'extractaudio';
  readonly argv: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly dirs?: readonly string[];
  readonly needs: readonly string[];
  readonly basic?: boolean;
  readonly quirk?: string;
  readonly expected: {
    readonly exit: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly deleted?: readonly string[];
    readonly outputs: readonly ExpectedOutput[];
  };
}

export function toolCases(): readonly ToolCase[] {
  return (JSON.parse(readFileSync(path.join(FOLDER, 'index.json'), 'utf8')) as { cases: ToolCase[] }).cases;
}

/** What a case came to, in the form of its expectation. */
interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly deleted: readonly string[];
  /** New and changed files, by name. */
  readonly files: ReadonlyMap<string, { readonly data: Buffer; readonly inode: number }>;
}

/** Runs a case in an empty folder, which is the working directory for that time; what differs from the C tool. */
export async function differences(
  each: ToolCase,
  options: readonly string[],
  without: readonly string[],
): Promise<string[]> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tool-case-')));
  const before = process.cwd();
  process.chdir(folder);
  try {
    return compare(each.expected, await run(each, options, folder), without);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

async function run(each: ToolCase, options: readonly string[], folder: string): Promise<Outcome> {
  for (const name of each.dirs ?? []) mkdirSync(name, { recursive: true });
  for (const [name, file] of Object.entries(each.inputs)) {
    mkdirSync(path.dirname(name), { recursive: true });
    copyFileSync(path.join(FOLDER, file), name);
  }
  const given = new Map(Object.keys(each.inputs).map((name) => [name, readFileSync(name)]));
  let [stdout, stderr] = ['', ''];
  const host = {
    stdout: new Writable({
      write(bytes: Buffer, _encoding, done) {
        stdout += bytes.toString('latin1');
        done();
      },
    }),
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
    beIdle: () => {},
    progress: undefined,
    hint: undefined,
  };
  const args = [...options, ...each.argv.map((arg) => arg.replaceAll('{cwd}', folder))];
  const exit = await (each.tool === 'makeann' ? runMakeann : runExtractaudio)(args, false, host);
  const files = new Map<string, { data: Buffer; inode: number }>();
  for (const name of readdirSync('.', { recursive: true }).map(String)) {
    if (statSync(name).isDirectory()) continue;
    const data = readFileSync(name);
    if (given.get(name)?.equals(data) !== true) files.set(name, { data, inode: statSync(name).ino });
  }
  const plain = (text: string): string => text.replaceAll(folder, '{cwd}').replaceAll(GETOPT, '{prog}: ');
  const deleted = [...given.keys()].filter((name) => !existsSync(name)).sort();
  return { exit, stdout: plain(stdout), stderr: plain(stderr), deleted, files };
}

/** The program's name before what getopt says. */
const GETOPT = /^\w+: (?=invalid option|unrecognized option|option requires an argument|option ')/gm;

function compare(expected: ToolCase['expected'], outcome: Outcome, without: readonly string[]): string[] {
  const found: string[] = [];
  const check = (what: string, actual: unknown, wanted: unknown): void => {
    const [got, want] = [JSON.stringify(actual), JSON.stringify(wanted)];
    if (got !== want) found.push(`${what}: ${got?.slice(0, 600)}, expected ${want?.slice(0, 600)}`);
  };
  check('exit code', outcome.exit, expected.exit);
  check('stdout', outcome.stdout, expected.stdout);
  check('stderr', outcome.stderr, expected.stderr);
  check('deleted', outcome.deleted, expected.deleted ?? []);
  for (const output of expected.outputs) {
    if (output.needs?.some((need) => without.includes(need)) === true) continue;
    const file = outcome.files.get(output.name);
    if (file !== undefined) found.push(...compareOutput(output, file, outcome));
    else if (output.optional !== true) found.push(`no output ${output.name}`);
  }
  const names = new Set(expected.outputs.map(({ name }) => name));
  for (const name of outcome.files.keys()) if (!names.has(name)) found.push(`unexpected file ${name}`);
  return found;
}

function compareOutput(
  { name, size, sha256, link, mask = [], unstable }: ExpectedOutput,
  { data, inode }: { data: Buffer; inode: number },
  { files }: Outcome,
): string[] {
  if (unstable === true) return data.length > 0 ? [] : [`${name} is empty`];
  if (data.length !== size) return [`${name}: ${data.length} bytes, expected ${size}`];
  const bytes = Buffer.from(data);
  for (const [offset, length] of mask) bytes.fill(0, offset, offset + length);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== undefined && hash !== sha256) return [`${name}: other content`];
  return link === undefined || files.get(link)?.inode === inode ? [] : [`${name} is no link to ${link}`];
}
