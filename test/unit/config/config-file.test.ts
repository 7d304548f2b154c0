import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { evaluate } from '../../../src/config/command-line.ts';
import { buildConfig } from '../../../src/config/config.ts';
import { type ConfigDraft, newDraft } from '../../../src/config/config-draft.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { applyConfigFile } from '../../../src/config/config-file.ts';
import { effectiveConfig, SHOWN_KEYS } from '../../../src/config/effective-config.ts';
import { configKey } from '../../../src/config/option.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

function write(t: TestContext, text: string): string {
  const file = join(temporaryDirectory(t), 'rtpproxy.conf');
  writeFileSync(file, text);
  return file;
}

/** What a file makes of a command line. */
function read(t: TestContext, text: string, args: readonly string[] = []): ConfigDraft {
  const file = write(t, text);
  const request = evaluate(args, false);
  assert.ok(request.kind === 'run');
  applyConfigFile(file, request.draft, request.given);
  return request.draft;
}

/** An error ends in the words of the C daemon. */
function refusal(message: string): ConfigError {
  return new ConfigError(message, ['rtpp_cfile_process() failed']);
}

test('every option but --config and --check has a key of its own', () => {
  const keys = OPTIONS.filter(({ effect }) => effect.kind === 'set').map((option) => configKey(option) ?? '');
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.match(key, /^[a-z][a-z0-9_]+$/);
});

test('keys set what their options set', (t) => {
  const draft = read(
    t,
    `Foreground = true
     superuser_ok yes; pcap on, record_all: 1
     sequential-ports = false
     record_dir = "/var/spool/rec"
     control = udp:127.0.0.1:22222
     control = [unix:/run/a, cunix:/run/b]
     listen = 10.0.0.5=203.0.113.5
     LISTEN6 = v6@::1
     port_min = 0x4000
     tos = -1
     log_level = info:local1
     batch-window = 100
     play_ttl = 600
     modules { }`,
  );
  assert.deepEqual(draft, {
    ...newDraft(),
    foreground: true,
    superuserOk: true,
    pcap: true,
    recordAll: true,
    recordDirectory: '/var/spool/rec',
    controls: ['udp:127.0.0.1:22222', 'unix:/run/a', 'cunix:/run/b'],
    listen: [
      { text: '10.0.0.5=203.0.113.5', family: 4 },
      { text: 'v6@::1', family: 6 },
    ],
    portMin: 0x4000,
    tos: -1,
    logLevel: 'INFO',
    logFacility: 'LOCAL1',
    batchWindow: 100,
    playTtl: 600,
  });
});

test('the command line wins', (t) => {
  const draft = read(t, 'ttl = 10\nsetup_ttl = 20\nlisten = 10.0.0.5\ncontrol = /a', ['-T', '5', '-l', '10.0.0.6']);
  assert.deepEqual([draft.ttl, draft.setupTtl, draft.controls], [5, 20, ['/a']]);
  assert.deepEqual(draft.listen, [{ text: '10.0.0.6', family: 4 }]);
});

test('a section of another program is ignored', (t) => {
  const file = write(t, 'ttl = 5\nother { a = 1 }');
  const draft = newDraft();
  applyConfigFile(file, draft, new Set());
  assert.equal(draft.ttl, 5);
  assert.deepEqual(draft.unknownSections, [`${file}:2: section "other"`]);
});

const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ['\n\ntimeout = 5', ':3: unknown key "timeout"'],
  ['config = x', ':1: unknown key "config"'],
  ['check = true', ':1: unknown key "check"'],
  ['T = 5', ':1: unknown key "T"'],
  ['// text', ':1: unknown key "//"'],
  ['a = 1;\nttl = 0', ':1: unknown key "a"'],
  ['\nttl = 0', ':2: 0: max TTL argument is invalid'],
  ['port_min = 9k', ':1: 9k: min port argument is invalid'],
  ['ttl = 5\n\nttl = 6', ':3: "ttl" was set in line 1 of FILE already'],
  ['ttl = [5]', ':1: "ttl" takes one value'],
  ['ttl { }', ':1: "ttl" is no section'],
  ['pcap = maybe', ':1: "pcap" is not true or false'],
  ['ttl = ', ':1: "ttl" has no value'],
  ['modules = 1', ':1: "modules" is a section'],
  ['modules {\n acct_csv = x\n}', ':2: "acct_csv" is a section'],
  ['modules {\n\n other { load = 5 }\n}', ':3: Error: "load" parameter in other has a wrong type, string is expected'],
  ['modules a { b { c = 1 } }', ':1: "b" in a is no section'],
];

test('errors have file and line', async (t) => {
  for (const [text, message] of REFUSED) {
    await t.test(JSON.stringify(text), (t2) => {
      const file = write(t2, text);
      assert.throws(
        () => applyConfigFile(file, newDraft(), new Set()),
        (error) => error instanceof ConfigError && error.message.startsWith(file + message.replace('FILE', file)),
        message,
      );
    });
  }
});

test('a file that cannot be read is named', (t) => {
  const directory = temporaryDirectory(t);
  for (const [file, message] of [
    [join(directory, 'missing'), `open failed: ${directory}/missing: No such file or directory`],
    [directory, `open failed: ${directory}: Is a directory`],
    ['/dev/null', '/dev/null:1: the file is empty'],
    ['/dev/zero', '/dev/zero:1: the file is empty'],
  ] as const) {
    assert.throws(() => applyConfigFile(file, newDraft(), new Set()), refusal(message));
  }
  const file = write(t, '.include "relative"');
  assert.throws(
    () => applyConfigFile(file, newDraft(), new Set()),
    refusal(`${file}:1: "relative" is no absolute path`),
  );
});

test('--check prints every option that has an effect', () => {
  const silent = ['overload_prot', 'dso', 'module', 'config', 'listen', 'listen6', 'advertised'];
  const keys = OPTIONS.flatMap((option) => configKey(option) ?? []);
  assert.deepEqual(
    keys.filter((key) => !silent.includes(key) && !SHOWN_KEYS.includes(key)),
    [],
  );
  assert.deepEqual(
    SHOWN_KEYS.filter((key) => !keys.includes(key)),
    [],
  );
});

test('what --check prints is a configuration file with the same effect', async (t) => {
  const environment = { uid: 1000, processors: 4, warn: () => undefined };
  for (const args of [
    [],
    ['-f', '-F', '-D', '-i', '-2', '-b', '-P', '-a', '-R', '--no_resolve', '--no_redirect', '-p', '/dev/null'],
    ['-l', '10.0.0.5=media.example', '-6', 'x@::1', '-l', 'y@10.0.0.6', '-A', '192.0.2.1', '-t', '-1'],
    ['-l', '10.0.0.5/10.0.0.6', '-l', 'y@10.0.0.7', '-A', 'a/b', '--bridge_symmetric'],
    ['-l', '/10.0.0.5', '-6', '::1', '-A', '/b'],
    ['-6', '*/::1'],
    ['-m', '1001', '-M', '2000', '-T', '7', '-W', '9', '-L', '100', '--nice', '-5', '-c', 'rr', '--force_asymmetric'],
    ['-s', 'udp:*:5', '-s', '/tmp/a "quoted" \\ b', '-n', 'tcp:%%CC_SELF%%:9', '-n', '/x', '-u', ':root', '-w', '432'],
    [
      '--play-ttl=9',
      '--call-records=/calls',
      '--recording-done=/bin/a b -c',
      '-r',
      '/rec',
      '-S',
      '/spool',
      '-d',
      'dbug:local7',
      '--log-format=json',
      '--workers=3',
      '--batch-window=0',
    ],
  ]) {
    const request = evaluate(args, false);
    assert.ok(request.kind === 'run');
    const shown = effectiveConfig(await buildConfig(request.draft, environment));
    const again = effectiveConfig(await buildConfig(read(t, shown), environment));
    assert.equal(again, shown, args.join(' '));
    assert.ok(shown.split('\n').length > 15);
  }
});
