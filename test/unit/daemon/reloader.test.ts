import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildConfig, type Config } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { configKey } from '../../../src/config/option.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { Reloader } from '../../../src/daemon/reloader.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { DaemonLogger } from '../../../src/log/logger.ts';

async function rig(configFile: string | undefined) {
  const environment = { uid: 1000, processors: 1, warn: () => undefined };
  const config = await buildConfig({ ...newDraft(), configFile }, environment);
  const lines: string[] = [];
  const sink = {
    write: ({ level, where, text }: LogRecord) => lines.push(`${level} ${where}: ${text}`) > 0,
    close: () => {},
  };
  const logger = new DaemonLogger(config.logLevel, [sink]);
  const changes: unknown[] = [];
  let next: Config | Error = config;
  let ended = false;
  const reread = () => (next instanceof Error ? Promise.reject(next) : Promise.resolve(next));
  const reloader = new Reloader(config, reread, logger, {
    defaults: ({ ttl, setupTtl, tos }) => changes.push({ ttl, setupTtl, tos }),
    notifyTargets: (targets) => changes.push(targets.map(({ text }) => text)),
    access: ({ controlAllow, peerAllow, peerDeny }) => {
      if (controlAllow.length > 0) changes.push({ controlAllow, peerAllow, peerDeny });
    },
    recordingDone: (settings) => {
      if (settings !== undefined) changes.push(settings);
    },
    verbose: (verbose) => changes.push(verbose),
    ended: () => ended,
  });
  return {
    logger,
    lines,
    changes,
    end: () => {
      ended = true;
    },
    async reload(change: Partial<Config> | Error) {
      next = change instanceof Error ? change : { ...config, ...change };
      await reloader.reload();
    },
  };
}

test('lists of addresses change at once', async () => {
  const { lines, changes, reload } = await rig('/etc/rtpproxy.conf');
  const lists = { controlAllow: ['10.0.0.1'], peerAllow: ['10.0.0.2'], peerDeny: ['10.0.0.0/8'] };
  await reload(lists);
  assert.deepEqual(changes.at(-1), lists);
  assert.deepEqual(lines, []);
});

test('the command for recordings changes at once', async () => {
  const { lines, changes, reload } = await rig('/etc/rtpproxy.conf');
  const recordingDone = { command: ['/bin/true'], timeout: 9 };
  await reload({ recordingDone });
  assert.deepEqual(changes.at(-1), recordingDone);
  assert.deepEqual(lines, []);
});

test('without a file the level switches between that of -d and DBUG', async () => {
  const { logger, lines, changes, reload } = await rig(undefined);
  await reload({});
  assert.equal(logger.level, 'DBUG');
  await reload({});
  assert.equal(logger.level, 'ERR');
  assert.deepEqual(lines, ['WARN reload: the log level is DBUG now', 'WARN reload: the log level is ERR now']);
  assert.deepEqual(changes, [true, false]);
});

test('with a file what may change does', async () => {
  const { logger, lines, changes, reload } = await rig('/etc/rtpproxy.conf');
  await reload({ logLevel: 'INFO', ttl: 5, setupTtl: 6, tos: undefined, notifyTargets: ['unix:/x'] });
  assert.equal(logger.level, 'INFO');
  assert.deepEqual(changes, [{ ttl: 5, setupTtl: 6, tos: undefined }, ['unix:/x'], true]);
  assert.deepEqual(lines, ['WARN reload: the log level is INFO now', 'INFO reload: read /etc/rtpproxy.conf again']);
});

test('a file that is read while the daemon ends changes nothing', async () => {
  const { logger, lines, changes, reload, end } = await rig('/etc/rtpproxy.conf');
  end();
  await reload({ logLevel: 'INFO', ttl: 5, portMin: 40000 });
  assert.deepEqual([logger.level, lines, changes], ['ERR', [], []]);
});

test('what needs a restart is named, each time', async () => {
  const { lines, changes, reload } = await rig('/etc/rtpproxy.conf');
  for (let i = 0; i < 2; i += 1) await reload({ portMin: 2, controls: ['udp:*'], ttl: 7 });
  const named = ['ERR reload: a change of control needs a restart', 'ERR reload: a change of port_min needs a restart'];
  assert.deepEqual(lines, [...named, ...named]);
  assert.deepEqual(changes[0], { ttl: 7, setupTtl: 60, tos: 184 });
});

test('what needs a restart is named by its key in the file', async () => {
  const { lines, reload } = await rig('/etc/rtpproxy.conf');
  const config = await buildConfig(newDraft(), { uid: 1000, processors: 1, warn: () => undefined });
  // Sections are keys of the file too, without an option.
  const keys = new Set([...OPTIONS.map(configKey), 'modules']);
  // Changed without a restart; the file itself cannot change.
  const others = ['logLevel', 'notifyTargets', 'configFile'];
  for (const name of Object.keys(config).filter((name) => !others.includes(name))) {
    lines.length = 0;
    await reload({ [name]: 'changed' });
    const [, key = ''] = /^ERR reload: a change of (?:.* )?(\w+) needs a restart$/.exec(lines.join('\n')) ?? [];
    assert.ok(lines.length === 0 || keys.has(key), `${name}: ${lines.join()}`);
  }
});

test('with an error nothing changes', async () => {
  const { logger, lines, changes, reload } = await rig('/etc/rtpproxy.conf');
  await reload(new ConfigError('/etc/rtpproxy.conf:3: unknown key "x"'));
  assert.deepEqual(lines, ['ERR reload: nothing was changed: /etc/rtpproxy.conf:3: unknown key "x"']);
  assert.deepEqual([logger.level, changes], ['ERR', []]);
});
