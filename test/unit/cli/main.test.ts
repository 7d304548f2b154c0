import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { USAGE } from '../../../src/cli/help.ts';
import { type CliHost, main } from '../../../src/cli/main.ts';
import type { Config } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import type { Logger } from '../../../src/log/log.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly config: Config | undefined;
  readonly logger: Logger | undefined;
  readonly background: boolean;
}

async function run(args: readonly string[], host: Partial<CliHost> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  let config: Config | undefined;
  let logger: Logger | undefined;
  let background = false;
  const code = await main(args, {
    env: {},
    directory: '/',
    uid: 1000,
    processors: 2,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    faults: () => [],
    checkModules: () => Promise.resolve(),
    startInBackground: () => {
      background = true;
      return Promise.resolve(0);
    },
    runDaemon: (given, givenLogger) => {
      config = given;
      logger = givenLogger;
      return Promise.resolve(0);
    },
    ...host,
  });
  return { code, out, err, config, logger, background };
}

test('-V prints the version of the package', async () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert(typeof manifest === 'object' && manifest !== null && 'version' in manifest);
  for (const option of ['-V', '--version']) {
    const { code, out, err } = await run([option]);
    assert.deepEqual([code, out, err], [0, `${manifest.version}\n`, '']);
  }
});

test('-v prints the protocol version and its extensions', async () => {
  const { code, out } = await run(['-fv']);
  const lines = out.split('\n');
  assert.equal(code, 0);
  assert.equal(lines[0], 'Basic version: 20040107');
  assert.equal(lines.length, 1 + 25 + 1);
  for (const line of lines.slice(1, -1)) assert.match(line, /^Extension 20\d{6}: \S/);
  assert.match(lines[1] ?? '', /^Extension 20040107: /);
});

test('-C names the clock', async () => {
  assert.equal((await run(['-C'])).out, 'CLOCK_BOOTTIME\n');
});

for (const option of ['--help', '-h']) {
  test(`${option} goes to stdout`, async () => {
    const { code, out, err } = await run([option]);
    assert.equal(code, 0);
    assert.match(out, /^usage: rtpproxy /);
    assert.equal(err, '');
  });
}

test('a wrong command line is answered with the problem and the usage text', async () => {
  const { code, out, err } = await run(['-x']);
  assert.deepEqual([code, out, err], [1, '', `rtpproxy: invalid option -- 'x'\n${USAGE}`]);
});

test('a refused argument is one line', async () => {
  const { code, out, err } = await run(['-f', '-T', '0', '-x']);
  assert.deepEqual([code, out, err], [1, '', 'rtpproxy: 0: max TTL argument is invalid\n']);
});

test('POSIXLY_CORRECT is respected', async () => {
  const { err } = await run(['x', '-V'], { env: { POSIXLY_CORRECT: '' } });
  assert.match(err, /^rtpproxy: 2 extra/);
});

test('the foreground runs the daemon and returns its exit code', async () => {
  const { code, config, logger, background } = await run(['-f', '-d', 'info']);
  assert.equal(code, 0);
  assert.equal(config?.foreground, true);
  assert.equal(logger?.enabled('INFO'), true);
  assert.equal(logger?.enabled('DBUG'), false);
  assert.equal(background, false);
  assert.equal((await run(['-f'], { runDaemon: () => Promise.resolve(7) })).code, 7);
});

test('without -f the checked command line is started in the background', async () => {
  const { code, config, background } = await run([]);
  assert.deepEqual([code, config, background], [0, undefined, true]);
  const refused = await run(['-s', 'stdio:']);
  assert.deepEqual([refused.code, refused.background], [1, false]);
  assert.equal(refused.err, 'rtpproxy: stdio command mode requires -f switch\n');
});

test('the superuser is warned and the start goes on', async () => {
  const { code, err, config } = await run(['-f'], { uid: 0 });
  assert.equal(code, 0);
  assert(config !== undefined);
  assert.match(err, /^rtpproxy: WARNING!!! Running this program as superuser .* to surpress this warning\.\n$/);
});

test('failures that the operator can mend are printed', async (t) => {
  const cases: readonly (readonly [name: string, error: Error, err: string])[] = [
    ['configuration', new ConfigError('no'), 'rtpproxy: no\n'],
    ['addon', Object.assign(new Error('build it'), { code: 'ERR_NATIVE_ADDON' }), 'rtpproxy: build it\n'],
  ];
  for (const [name, error, err] of cases) {
    await t.test(name, async () => {
      const outcome = await run(['-f'], { runDaemon: () => Promise.reject(error) });
      assert.deepEqual([outcome.code, outcome.err], [1, err]);
    });
  }
});

test('a mistake in the program is thrown', async () => {
  await assert.rejects(run(['-f'], { runDaemon: () => Promise.reject(new TypeError('oops')) }), TypeError);
});

test('files have the names of the start when the configuration is read again', async (t) => {
  const directory = temporaryDirectory(t);
  const lines = ['call_records = calls', 'http = "unix:http"', 'http_token_file = token', 'hep_key_file = keys/hep'];
  writeFileSync(join(directory, 'conf'), [...lines, 'recording_done = ./done --all'].join('\n'));
  let again: Config | undefined;
  const { config } = await run(['-f', '-r', 'rec', '--config', 'conf'], {
    directory,
    runDaemon: async (given, _logger, reread) => {
      again = await reread();
      assert.deepEqual(again, given);
      return 0;
    },
  });
  assert.equal(config, undefined);
  assert.deepEqual(again?.recordingDone?.command, [join(directory, 'done'), '--all']);
  const { configFile, callRecords, http, httpTokenFile, hep } = again;
  assert.deepEqual(
    [configFile, callRecords, http?.kind === 'unix' && http.path, httpTokenFile, hep.keyFile],
    ['conf', 'calls', 'http', 'token', 'keys/hep'].map((name) => join(directory, name)),
  );
});
