import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { evaluate, UsageError } from '../../../src/config/command-line.ts';
import { type ConfigDraft, newDraft } from '../../../src/config/config-draft.ts';
import { ConfigError } from '../../../src/config/config-error.ts';

function draftOf(...args: string[]): ConfigDraft {
  const request = evaluate(args, false);
  assert(request.kind === 'run');
  return request.draft;
}

function errorOf(...args: string[]): ConfigError {
  try {
    evaluate(args, false);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error;
  }
  throw new assert.AssertionError({ message: `${args.join(' ')} was accepted` });
}

const SETTINGS: readonly (readonly [args: string[], change: Partial<ConfigDraft>])[] = [
  [[], {}],
  [['-f'], { foreground: true }],
  [['-D'], { keepDirectory: true }],
  [['-F'], { superuserOk: true }],
  [['-i'], { independentTtl: true }],
  [['-2'], { duplicateSmall: true }],
  [['-b'], { sequentialPorts: true }],
  [
    ['-l', 'a', '-6', '::1', '-lb'],
    {
      listen: [
        { text: 'a', family: 4 },
        { text: '::1', family: 6 },
        { text: 'b', family: 4 },
      ],
    },
  ],
  [['-A', 'x'], { advertised: { first: 'x', second: undefined } }],
  [['-A', '/y'], { advertised: { first: '', second: 'y' } }],
  [['-A', 'x/y', '-A', 'z'], { advertised: { first: 'z', second: undefined } }],
  [['-s', 'stdio:', '-s', 'a'], { controls: ['stdio:', 'a'] }],
  [['-m', '1'], { portMin: 1 }],
  [['-m', ' +65535'], { portMin: 65535 }],
  [['-M', '2000'], { portMax: 2000 }],
  [['-t', '0'], { tos: 0 }],
  [['-t', '255'], { tos: 255 }],
  [['-t', '-1'], { tos: -1 }],
  [['-t-1'], { tos: -1 }],
  [['-T', '1', '-T', '007'], { ttl: 7 }],
  [['-W', '2'], { setupTtl: 2 }],
  [['--play-ttl=0'], { playTtl: 0 }],
  [['--play-ttl', '86400'], { playTtl: 86_400 }],
  [['-L', '0'], { fileLimit: 0 }],
  [['-p', 'x.pid'], { pidFile: 'x.pid' }],
  [['-d', 'dbug'], { logLevel: 'DBUG' }],
  [['-d', 'Info:log_local3'], { logLevel: 'INFO', logFacility: 'LOCAL3' }],
  [['-d', 'CRIT:user'], { logLevel: 'CRIT', logFacility: 'USER' }],
  [['--log-format', 'json'], { logFormat: 'json' }],
  [['-n', 'x'], { notifyTargets: [{ kind: 'unix', text: 'x', path: 'x' }] }],
  [['-r', 'rec', '-S', 'spool'], { recordDirectory: 'rec', spoolDirectory: 'spool' }],
  [['--recording-done=/bin/a b  -c'], { recordingDone: ['/bin/a', 'b', '-c'] }],
  [['--recording-done', ' ./a '], { recordingDone: [path.resolve('a')] }],
  [['--recording-done-timeout=86400'], { recordingDoneTimeout: 86400 }],
  [['--call-records=-'], { callRecords: '-' }],
  [['--call-records', 'syslog'], { callRecords: 'syslog' }],
  [['--call-records=/var/log/calls'], { callRecords: '/var/log/calls' }],
  [['--call-records=./syslog'], { callRecords: path.resolve('syslog') }],
  [['-aPR'], { recordAll: true, pcap: true, recordRtcp: false }],
  [['--bridge_symmetric'], { bridgeSymmetric: true }],
  [['--force_asymmetric'], { forceAsymmetric: true }],
  [['--record-format=wav', '-P'], { recordFormat: 'wav', pcap: true }],
  [['--latch=compat'], { latch: 'compat' }],
  [['--latch', 'guarded'], { latch: 'guarded' }],
  [['--no_resolve'], { resolve: false }],
  [['--overload_prot'], {}],
  [['--overload_prot=x'], {}],
  [['--overload'], {}],
  [['--nice', '-20'], { nice: -20 }],
  [['--ni=20'], { nice: 20 }],
  [['-u', ':root'], { identity: { text: ':root', user: undefined, gid: 0, groupNamed: true } }],
  [['-w', '432'], { socketMode: 0o660 }],
  [['-w', '0660'], { socketMode: 0o660 }],
  [['-w', '0'], { socketMode: 0 }],
  [['-w', '4095'], { socketMode: 0o7777 }],
  [['-c', 'fifo', '-c', 'rr'], { scheduling: 'rr' }],
  [['--no_redirect'], { keepOutput: true }],
  [['--config', '/x/../y'], { configFile: '/y' }],
  [['--workers', '64'], { workers: 64 }],
  [['--workers=1'], { workers: 1 }],
  [['--worker-cpus=0'], { workerCpus: [0] }],
  [['--worker-cpus', '7,2-4,0,0'], { workerCpus: [7, 2, 3, 4, 0, 0] }],
  [['--worker-cpus=1023'], { workerCpus: [1023] }],
  [['--io=shared'], { io: 'shared' }],
  [['--io', 'sockets'], { io: 'sockets' }],
  [['--batch-window=auto'], { batchWindow: undefined }],
  [['--batch-window', '0'], { batchWindow: 0 }],
  [['--batch-window=10000'], { batchWindow: 10000 }],
];

test('options that set something', async (t) => {
  for (const [args, change] of SETTINGS) {
    await t.test(args.join(' '), () => assert.deepEqual(draftOf(...args), { ...newDraft(), ...change }));
  }
});

const REFUSED: readonly (readonly [args: string[], message: string])[] = [
  [['-m', '0'], 'invalid value of the port_min argument, not in the range 1-65535'],
  [['-m', '65536'], 'invalid value of the port_min argument, not in the range 1-65535'],
  [['-m', '4294967297'], 'invalid value of the port_min argument, not in the range 1-65535'],
  [['-m', '1x'], '1x: min port argument is invalid'],
  [['-m', ''], ': min port argument is invalid'],
  [['-m', '0x10'], '0x10: min port argument is invalid'],
  [['-m', '10 '], '10 : min port argument is invalid'],
  [['-M', '-1'], 'invalid value of the port_max argument, not in the range 1-65535'],
  [['-M', 'x'], 'x: max port argument is invalid'],
  [['-t', '256'], '256: TOS is too small/large'],
  [['-t', '-2'], '-2: TOS is too small/large'],
  [['-t', 'ef'], 'ef: TOS argument is invalid'],
  [['-T', '0'], '0: max TTL argument is invalid'],
  [['-T', '4294967297'], '4294967297: max TTL argument is invalid'],
  [['-T', '1s'], '1s: max TTL argument is invalid'],
  [['--play-ttl=-1'], '-1: play TTL argument is invalid'],
  [['--play-ttl', 'never'], 'never: play TTL argument is invalid'],
  [['-W', '-1'], '-1: max setup TTL argument is invalid'],
  [['-W', ''], ': max setup TTL argument is invalid'],
  [['-L', '-1'], '-1: max file rlimit argument is invalid'],
  [['-L', 'many'], 'many: max file rlimit argument is invalid'],
  [['-d', 'loud'], 'loud: invalid log level'],
  [['-d', ''], ': invalid log level'],
  [['-d', 'loud:nowhere'], 'nowhere: invalid log facility'],
  [['-d', 'loud:daemon'], 'loud: invalid log level'],
  [['-d', 'info:'], ': invalid log facility'],
  [['--log-format', 'xml'], 'xml: unknown log format'],
  [['--recording-done', ' '], '--recording-done: the program has to be a path, such as /usr/local/bin/NAME'],
  [['--recording-done', 'lame -b 32'], '--recording-done: the program has to be a path, such as /usr/local/bin/NAME'],
  [['--recording-done-timeout=0'], '0: time of a program is out of range 1..86400'],
  [['--call-records', ''], '--call-records: the name of the file is empty'],
  [['-A', ''], 'first advertised address is invalid'],
  [['-A', 'x/'], 'second advertised address is invalid'],
  [['-A', '300.1.1.1'], '300.1.1.1: first advertised address is invalid'],
  [['-A', 'x/y/z'], 'y/z: second advertised address is invalid'],
  [['--nice', '21'], '21: nice level is out of range -20..20'],
  [['--nice', '-21'], '-21: nice level is out of range -20..20'],
  [['--nice', 'high'], 'high: nice level argument is invalid'],
  [['--workers', '0'], '0: number of workers is out of range 1..64'],
  [['--workers', '65'], '65: number of workers is out of range 1..64'],
  [['--workers', 'all'], 'all: number of workers argument is invalid'],
  [['--worker-cpus='], ': list of CPUs is invalid'],
  [['--worker-cpus=1,'], '1,: list of CPUs is invalid'],
  [['--worker-cpus=3-1'], '3-1: list of CPUs is invalid'],
  [['--worker-cpus=0-1024'], '0-1024: list of CPUs is invalid'],
  [['--worker-cpus=-1'], '-1: list of CPUs is invalid'],
  [['--worker-cpus=0-64'], '0-64: more than 64 CPUs'],
  [['--io=fast'], 'fast: packet backend is none of auto, sockets, shared'],
  [['--batch-window', '10001'], '10001: batch window is out of range 0..10000'],
  [['--batch-window=never'], 'never: batch window argument is invalid'],
  [['-u', 'nobody-here'], "can't find ID for the user: nobody-here"],
  [['-u', ':'], "can't find ID for the group: "],
  [['-w', '4096'], '4096: socket mode argument is invalid'],
  [['-w', '-1'], '-1: socket mode argument is invalid'],
  [['-w', 'rw'], 'rw: socket mode argument is invalid'],
  [['-w', '07777777'], '07777777: socket mode argument is invalid'],
  [['-c', 'FIFO'], 'FIFO: unknown scheduling policy'],
  [['-c', ''], ': unknown scheduling policy'],
  [['--record-format=mp3'], 'mp3: unknown format of recordings'],
  [['--latch=guard'], 'guard: unknown latch mode'],
  [['-n', ''], 'timeout notification socket name too short'],
  [Array.from({ length: 34 }, (_, i) => (i % 2 ? 'a' : '-l')), 'number of listening addresses exceeds BINDARG_MAX'],
];

test('arguments that are refused', async (t) => {
  for (const [args, message] of REFUSED) {
    await t.test(args.join(' ').slice(0, 40), () => {
      const error = errorOf(...args);
      assert.equal(error.message, message);
      assert(!(error instanceof UsageError));
    });
  }
});

const MISUSED: readonly (readonly [args: string[], message: string])[] = [
  [['-x'], "invalid option -- 'x'"],
  [['-?'], "invalid option -- '?'"],
  [['-x'], "invalid option -- 'x'"],
  [['-t'], "option requires an argument -- 't'"],
  [['--bogus'], "unrecognized option '--bogus'"],
  [['--nice'], "option '--nice' requires an argument"],
  [['--no'], "option '--no' is ambiguous; possibilities: '--no_resolve' '--no_redirect'"],
  [['--bridge_symmetric=1'], "option '--bridge_symmetric' doesn't allow an argument"],
  [['x'], '1 extra unhandled argument at the end of the command line'],
  [['x', '-f', '--', '-V'], '2 extra unhandled arguments at the end of the command line'],
  [['--overload_prot', 'X'], '1 extra unhandled argument at the end of the command line'],
];

test('command lines that are answered with the usage text', async (t) => {
  for (const [args, message] of MISUSED) {
    await t.test(args.join(' '), () => {
      const error = errorOf(...args);
      assert.equal(error.message, message);
      assert(error instanceof UsageError);
    });
  }
});

test('information options', async (t) => {
  const cases = [
    ['-V', 'version'],
    ['-v', 'capabilities'],
    ['-C', 'clock'],
    ['--help', 'help'],
  ] as const;
  for (const [arg, what] of cases) {
    await t.test(arg, () => assert.deepEqual(evaluate([arg], false), { kind: 'inform', what }));
  }
});

test('--check asks for the configuration, and errors stay errors', () => {
  const request = evaluate(['-f', '--check', '-T', '5'], false);
  assert.ok(request.kind === 'check');
  assert.equal(request.draft.ttl, 5);
  assert.equal(errorOf('--check', '-T', '0').message, '0: max TTL argument is invalid');
});

test('the first option that ends the evaluation wins', () => {
  assert.equal(errorOf('-t', '999', '-V').message, '999: TOS is too small/large');
  assert.deepEqual(evaluate(['-V', '-t', '999', '-x'], false), { kind: 'inform', what: 'version' });
  assert.deepEqual(evaluate(['x', '-fV'], false), { kind: 'inform', what: 'version' });
  assert.throws(() => evaluate(['x', '-V'], true), { message: /^2 extra unhandled arguments/ });
});

test('sixteen listen addresses are not too many', () => {
  assert.equal(draftOf(...Array.from({ length: 16 }, (_, i) => (i % 2 ? '-6::1' : '-l*'))).listen.length, 16);
});
