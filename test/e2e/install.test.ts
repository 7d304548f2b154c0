import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import {
  bareEnvironment,
  copyCheckout,
  execute,
  install,
  type Npm,
  pack,
  relayOnePacket,
  thisNpm,
} from './support/installation.ts';

// What a user's `npm install` gets, from the tarball that would be published: each case installs into an empty folder, starts
// the daemon and relays a packet. The headers of Node.js must be on this machine, as no case may download them.

const NPM_12 = ['npm@12.2.0', `node-linux-${process.arch}@24.21.0`];
const RELAYED = { code: 0, output: 'relayed\n' };
const { node } = thisNpm();
const base = temporaryDirectory({ after });
/** With the compiled addon, and without. */
let complete = '';
let sourceOnly = '';

before(async () => {
  const copy = path.join(base, 'checkout');
  copyCheckout(copy);
  for (const script of [['build.mjs'], ['prebuild.mjs', process.arch]]) {
    const run = await execute([node, path.join('scripts', ...script.slice(0, 1)), ...script.slice(1)], copy);
    assert.equal(run.code, 0, run.output);
  }
  complete = await pack(copy, path.join(base, 'complete'));
  rmSync(path.join(copy, 'prebuilds'), { recursive: true });
  sourceOnly = await pack(copy, path.join(base, 'source'));
});

test('with no compiler, make or python: the compiled addon of the package', async () => {
  const env = bareEnvironment(path.join(base, 'bin'), node);
  const target = path.join(base, 'bare');
  const run = await install(target, complete, { env });
  assert.equal(run.code, 0, run.output);
  assert.ok(!existsSync(path.join(target, 'node_modules', 'rtpproxy-node', 'build')), 'nothing is compiled');
  assert.deepEqual(await relayOnePacket(target, node, env), RELAYED);
});

test('with install scripts ignored', async () => {
  const target = path.join(base, 'ignored');
  const run = await install(target, complete, { args: ['--ignore-scripts'] });
  assert.equal(run.code, 0, run.output);
  assert.deepEqual(await relayOnePacket(target, node), RELAYED);
});

test('on a processor or C library without a compiled addon: the compiler builds it', async () => {
  const target = path.join(base, 'compiled');
  const run = await install(target, sourceOnly, {});
  assert.equal(run.code, 0, run.output);
  assert.ok(existsSync(path.join(target, 'node_modules/rtpproxy-node/build/Release/rtpproxy_native.node')));
  assert.deepEqual(await relayOnePacket(target, node), RELAYED);
});

test('without the headers of Node.js nothing is downloaded: it is said where they come from', async () => {
  const folder = path.join(base, 'no-headers');
  mkdirSync(folder);
  const env = { ...process.env, npm_config_nodedir: folder };
  const run = await install(path.join(base, 'without-headers'), sourceOnly, { env });
  assert.notEqual(run.code, 0);
  assert.match(
    run.output,
    /^.*cannot be built: the headers of Node\.js v[\d.]+ are not on this machine, and nothing is downloaded\./m,
  );
});

test('without compiled addon and compiler the installation fails and tells what to install', async () => {
  const run = await install(path.join(base, 'refused'), sourceOnly, {
    env: bareEnvironment(path.join(base, 'bin'), node),
  });
  assert.notEqual(run.code, 0);
  assert.match(run.output, /^.*rtpproxy-node: the native addon cannot be built: /m);
  assert.match(run.output, /apt-get install g\+\+ make python3/);
});

test('with npm 12, which runs no install scripts of dependencies, on Node.js 24', async () => {
  const tools = path.join(base, 'npm-12');
  const got = await install(tools, NPM_12, {});
  assert.equal(got.code, 0, got.output);
  const npm: Npm = {
    node: path.join(tools, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'),
    cli: path.join(tools, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  };
  const env = { ...process.env, PATH: `${path.dirname(npm.node)}:${process.env.PATH}` };
  const target = path.join(base, 'npm-12-user');
  const run = await install(target, complete, { npm, env });
  assert.equal(run.code, 0, run.output);
  assert.deepEqual(await relayOnePacket(target, npm.node, env), RELAYED);

  const source = path.join(base, 'npm-12-source');
  const blocked = await install(source, sourceOnly, { npm, env });
  assert.equal(blocked.code, 0, blocked.output);
  const failed = await relayOnePacket(source, npm.node, env);
  assert.notEqual(failed.code, 0);
  assert.match(failed.output, /rtpproxy: the native addon .* cannot be loaded .*npm approve-scripts rtpproxy-node/);
});
