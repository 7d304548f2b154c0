import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildConfig, type Config, type ConfigEnvironment } from '../../../src/config/config.ts';
import { type ConfigDraft, newDraft } from '../../../src/config/config-draft.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { parseHttpAddress } from '../../../src/config/http-address.ts';
import { parseNotifyTarget } from '../../../src/config/notify-target.ts';
import { HostError } from '../../../src/config/resolve-host.ts';

const NAMES: Readonly<Record<string, string>> = { 'a.example': '192.0.2.1' };

function build(draft: Partial<ConfigDraft> = {}, environment: Partial<ConfigEnvironment> = {}): Promise<Config> {
  return buildConfig(
    { ...newDraft(), foreground: true, ...draft },
    {
      uid: 1000,
      processors: 4,
      warn: (line) => assert.fail(line),
      dns: (host) => {
        const address = NAMES[host];
        return address === undefined ? Promise.reject(new HostError('not there')) : Promise.resolve(address);
      },
      ...environment,
    },
  );
}

function refused(message: string): (error: unknown) => true {
  return (error) => {
    assert(error instanceof ConfigError);
    assert.equal(error.message, message);
    return true;
  };
}

test('the defaults', async () => {
  assert.deepEqual(await build({ foreground: false }), {
    configFile: undefined,
    foreground: false,
    chdir: true,
    keepOutput: false,
    superuserOk: false,
    identity: undefined,
    socketMode: undefined,
    scheduling: undefined,
    logLevel: 'ERR',
    logFacility: 'DAEMON',
    logFormat: 'text',
    controls: ['/var/run/rtpproxy.sock'],
    listen: [{ host: '0.0.0.0', family: 4, label: undefined, advertised: undefined, wildcard: true }],
    bridge: false,
    portMin: 35000,
    portMax: 64998,
    sequentialPorts: false,
    tos: 184,
    ttl: 60,
    setupTtl: 60,
    independentTtl: false,
    duplicateSmall: false,
    recordDirectory: undefined,
    spoolDirectory: undefined,
    recordFormat: 'adhoc',
    pcap: false,
    recordAll: false,
    recordRtcp: true,
    callRecords: undefined,
    recordingDone: undefined,
    modules: [],
    hep: { quality: false, split: false, keyFile: undefined },
    pidFile: '/var/run/rtpproxy.pid',
    notifyTargets: [],
    controlAllow: [],
    peerAllow: [],
    peerDeny: [],
    http: undefined,
    httpAllow: [],
    httpTokenFile: undefined,
    fileLimit: undefined,
    latch: 'guarded',
    asymmetric: false,
    resolve: true,
    nice: undefined,
    workers: 3,
    workerCpus: [],
    batchWindow: undefined,
    playTtl: 3600,
    io: 'auto',
  } satisfies Config);
});

test('a spool needs a directory to move recordings to', async () => {
  await assert.rejects(
    build({ spoolDirectory: 'spool', controls: ['stdio:'], foreground: false }),
    refused('-S switch requires -r switch'),
  );
  const { recordDirectory, spoolDirectory } = await build({ spoolDirectory: 'spool', recordDirectory: 'rec' });
  assert.deepEqual([recordDirectory, spoolDirectory], ['rec', 'spool']);
});

test('a command for recordings needs a directory of recordings, and its time the command', async () => {
  const recordingDone = ['/bin/true', 'x'];
  await assert.rejects(build({ recordingDone }), refused('--recording-done requires -r switch'));
  const late = { recordingDoneTimeout: 9, recordDirectory: 'rec' };
  await assert.rejects(build(late), refused('--recording-done-timeout requires --recording-done'));
  const { recordingDone: settings } = await build({ recordingDone, recordDirectory: 'rec' });
  assert.deepEqual(settings, { command: recordingDone, timeout: 300 });
  assert.equal((await build({ ...late, recordingDone })).recordingDone?.timeout, 9);
});

test('access rules of --http need --http, and a Unix socket has its own', async () => {
  await assert.rejects(build({ httpAllow: ['10.0.0.1'] }), refused('--http-allow requires --http'));
  await assert.rejects(build({ httpTokenFile: '/token' }), refused('--http-token-file requires --http'));
  const unix = parseHttpAddress('unix:/http', '/');
  await assert.rejects(
    build({ http: unix, httpAllow: ['10.0.0.1'] }),
    refused('--http-allow is about TCP; who may use a Unix socket -w and -u say'),
  );
  assert.equal((await build({ http: unix, httpTokenFile: '/token' })).http, unix);
});

test('a configuration cannot be changed', async () => {
  const config = await build();
  for (const part of [config, config.controls, config.listen, config.listen[0], config.notifyTargets]) {
    assert(Object.isFrozen(part));
  }
});

test('values that follow from others', async () => {
  assert.equal((await build({ ttl: 7 })).setupTtl, 7);
  assert.equal((await build({ ttl: 7, setupTtl: 3 })).setupTtl, 3);
  assert.equal((await build({ tos: -1 })).tos, undefined);
  assert.equal((await build({ tos: 0 })).tos, 0);
  assert.equal((await build({ keepDirectory: true })).chdir, false);
  assert.equal((await build({ pidFile: '/dev/null' })).pidFile, undefined);
  assert.equal((await build({}, { processors: 1 })).workers, 1);
  assert.equal((await build({}, { processors: 200 })).workers, 64);
  assert.equal((await build({ workers: 9 }, { processors: 1 })).workers, 9);
  assert.equal((await build({ workerCpus: [0, 2, 3] }, { processors: 1 })).workers, 3);
  assert.equal((await build({ workerCpus: [0, 2, 3], workers: 1 }, { processors: 1 })).workers, 1);
});

test('sessions are asymmetric when told so, or when bridging unless told otherwise', async () => {
  const listen = [{ text: '127.0.0.1/127.0.0.2', family: 4 } as const];
  assert.equal((await build({ forceAsymmetric: true })).asymmetric, true);
  assert.equal((await build({ bridgeSymmetric: true })).asymmetric, false);
  assert.equal((await build({ listen })).asymmetric, true);
  assert.equal((await build({ listen, bridgeSymmetric: true })).asymmetric, false);
  assert.equal((await build({ listen, bridgeSymmetric: true, forceAsymmetric: true })).asymmetric, true);
});

test('the port range is rounded to whole pairs', async (t) => {
  const cases: readonly (readonly [min: number, max: number, range: readonly [number, number] | undefined])[] = [
    [1000, 1001, [1000, 1000]],
    [1000, 1003, [1000, 1002]],
    [1000, 1002, [1000, 1000]],
    [999, 1004, [1000, 1002]],
    [1001, 1003, [1002, 1002]],
    [1, 65535, [2, 65534]],
    [1000, 1000, undefined],
    [1001, 1002, undefined],
    [65535, 65535, undefined],
    [2000, 1000, undefined],
  ];
  for (const [portMin, portMax, range] of cases) {
    await t.test(`${portMin}-${portMax}`, async () => {
      if (range === undefined) {
        await assert.rejects(build({ portMin, portMax }), refused('port_min should be less than port_max'));
      } else {
        const config = await build({ portMin, portMax });
        assert.deepEqual([config.portMin, config.portMax], range);
      }
    });
  }
});

test('standard input as control socket needs the foreground', async () => {
  for (const control of ['stdio:', 'stdioc:']) {
    assert.deepEqual((await build({ controls: [control] })).controls, [control]);
    const draft = { foreground: false, controls: ['x', control] };
    await assert.rejects(build(draft), refused('stdio command mode requires -f switch'));
  }
  assert.deepEqual((await build({ foreground: false, controls: ['stdio'] })).controls, ['stdio']);
});

test('records on standard output need the foreground, and no commands there', async () => {
  assert.equal((await build({ callRecords: '-' })).callRecords, '-');
  await assert.rejects(build({ foreground: false, callRecords: '-' }), refused('--call-records=- requires -f switch'));
  for (const control of ['stdio:', 'stdioc:']) {
    const draft = { controls: [control], callRecords: '-' };
    await assert.rejects(build(draft), refused('--call-records=- cannot be used with -s stdio:'));
  }
  assert.equal((await build({ foreground: false, callRecords: 'syslog' })).callRecords, 'syslog');
});

const REMOTE =
  'running this program as superuser in a remote control mode is strongly not recommended, as it poses serious security threat to your system. Use -u option to run as an unprivileged user or -F is you want to run as a superuser anyway.';
const LOCAL =
  'WARNING!!! Running this program as superuser is strongly not recommended, as it may pose serious security threat to your system. Use -u option to run as an unprivileged user or -F to surpress this warning.';

test('the superuser is refused with a UDP control socket and warned without', async () => {
  for (const control of ['udp:127.0.0.1', 'udp6:::1:9000']) {
    const draft = { controls: ['unix:x', control] };
    await assert.rejects(build(draft, { uid: 0 }), refused(REMOTE));
    await build({ ...draft, superuserOk: true }, { uid: 0 });
    await build(draft);
  }
  for (const control of ['x', 'tcp:127.0.0.1', 'UDP:x']) {
    const warnings: string[] = [];
    await build({ controls: [control] }, { uid: 0, warn: (line) => warnings.push(line) });
    assert.deepEqual(warnings, [LOCAL]);
  }
  await build({ superuserOk: true }, { uid: 0 });
});

test('notification targets keep their text, and their names must resolve', async () => {
  const texts = ['tcp:a.example:80', 'tcp:127.0.0.1:80', 'tcp:%%CC_SELF%%:80', 'unix:/x', '/x'];
  assert.deepEqual((await build({ notifyTargets: texts.map(parseNotifyTarget) })).notifyTargets, texts);
  const unknown = { notifyTargets: [parseNotifyTarget('tcp:b.example:80')] };
  await assert.rejects(build(unknown), refused('error adding timeout notification: not there'));
  await assert.rejects(
    build({ notifyTargets: [parseNotifyTarget('tcp:a.example:80')], resolve: false }),
    refused('error adding timeout notification: Name or service not known'),
  );
});

test('the checks are made in the order of the C daemon', async () => {
  const wrong: Partial<ConfigDraft> = { portMin: 2000, portMax: 1000, listen: [{ text: '/', family: 4 }] };
  const stdio = { ...wrong, foreground: false, controls: ['stdio:', 'udp:*'] };
  await assert.rejects(build(stdio, { uid: 0 }), refused('stdio command mode requires -f switch'));
  await assert.rejects(build({ ...wrong, controls: ['udp:*'] }, { uid: 0 }), refused(REMOTE));
  await assert.rejects(build(wrong), refused('port_min should be less than port_max'));
});
