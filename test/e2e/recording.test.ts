import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { openPhones, packetsOf, startCall, startRecorder, talk, written } from './support/recorded-call.ts';
import { HOST, portIn } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';

test('what a party sends is recorded, from R to N', async (t) => {
  const { control, directory } = await startRecorder(t);
  const call = await startCall(t, control, 'c');
  await talk(call);
  assert.equal(await control.command('R c from to'), '0\n');
  assert.deepEqual(readdirSync(directory).sort(), ['c=from.o.rtcp', 'c=from.o.rtp']);
  const said = await talk(call);
  assert.equal(await control.command('N c from to'), '0\n');
  await talk(call);
  await written(directory, 'c=from.o.rtp', said.caller.rtp.length);
  await written(directory, 'c=from.o.rtcp', said.caller.rtcp.length);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), said.caller.rtp);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtcp'), said.caller.rtcp);
});

test('a recording grows while the call goes on, and survives kill -9', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-P'], { checkExit: false });
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('Rs c from to'), '0\n');
  assert.equal(await control.command('Rs c to from'), '0\n');
  const said = await talk(call);
  await written(directory, 'c=from.pcap', 8, true);
  process.kill(daemon.pid, 'SIGKILL');
  await daemon.exited;
  const { caller, callee } = said;
  assert.deepEqual(packetsOf(directory, 'c=from.pcap', true), [
    ...caller.rtp,
    ...caller.rtcp,
    ...callee.rtp,
    ...callee.rtcp,
  ]);
});

test('a session can be recorded before it is complete, and packets without destination are', async (t) => {
  const { control, directory } = await startRecorder(t);
  const { caller } = await openPhones(t);
  await control.command(`U c 0 0 from`);
  assert.equal(await control.command('R c from to'), '0\n');
  const forCaller = portIn(await control.command(`L c 0 0 from to`));
  const packet = rtpPacket(1);
  await caller[0].send(packet, forCaller);
  await written(directory, 'c=from.o.rtp', 1);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), [packet]);
  assert.match(await control.command('Q c from to'), /^\d+ 1 0 0 1\n$/);
});

test('-a records every session, without RTCP under -R', async (t) => {
  const { control, directory } = await startRecorder(t, ['-a', '-R']);
  const call = await startCall(t, control, 'c');
  assert.deepEqual(readdirSync(directory).sort(), ['c=from.a.rtp', 'c=from.o.rtp']);
  const said = await talk(call);
  assert.equal(await control.command('D c from to'), '0\n');
  await written(directory, 'c=from.a.rtp', 3);
  await written(directory, 'c=from.o.rtp', 3);
  assert.deepEqual(packetsOf(directory, 'c=from.a.rtp'), said.callee.rtp);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), said.caller.rtp);
});

test('C chooses the name, and both directions may share it', async (t) => {
  const { control, directory } = await startRecorder(t);
  mkdirSync(join(directory, 'sub'));
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('C c sub/f from to'), '0\n');
  assert.equal(await control.command('C c sub/f to from'), '0\n');
  const { caller, callee } = await talk(call);
  await control.command('Na c from to');
  const sub = join(directory, 'sub');
  await written(sub, 'f.rtp', 6);
  await written(sub, 'f.rtcp', 2);
  assert.deepEqual(packetsOf(sub, 'f.rtp'), [...caller.rtp, ...callee.rtp]);
  assert.deepEqual(packetsOf(sub, 'f.rtcp'), [...caller.rtcp, ...callee.rtcp]);
});

test('a name that another call is using is not taken from it', async (t) => {
  const { control, directory } = await startRecorder(t);
  await startCall(t, control, 'c');
  await startCall(t, control, 'd');
  assert.equal(await control.command('C c f from to'), '0\n');
  assert.equal(await control.command('C d f from to'), 'E65\n');
  await control.command('N c from to');
  assert.equal(await control.command('C d f from to'), '0\n');
  assert.deepEqual(readdirSync(directory).sort(), ['f.rtcp', 'f.rtp']);
});

test('the media of a call do not overwrite each other', async (t) => {
  const { control, directory } = await startRecorder(t, ['-R']);
  for (const medium of [1, 2]) await control.command(`U c ${HOST} 4000 a;${medium}`);
  await control.command(`U c ${HOST} 4000 a`);
  assert.equal(await control.command('R c a b'), '0\n');
  assert.deepEqual(readdirSync(directory).sort(), ['c=a.o.rtp', 'c=a;0.o.rtp', 'c=a;2.o.rtp']);
});

test('stopping and starting again replaces the recording, however fast', async (t) => {
  for (const args of [[], ['-S', '{top}/spool']]) {
    const { control, directory } = await startRecorder(t, args);
    if (args.length > 0) mkdirSync(join(directory, '../spool'));
    const call = await startCall(t, control, 'c');
    let last = await talk(call);
    for (let round = 0; round < 20; round++) {
      assert.equal(await control.command('R c from to'), '0\n');
      last = await talk(call, 1);
      assert.equal(await control.command('N c from to'), '0\n');
    }
    await until(
      () => existsSync(join(directory, 'c=from.o.rtp')) && packetsOf(directory, 'c=from.o.rtp').length === 1,
      5000,
      'the last recording',
    );
    await control.command('X');
    await until(
      () => packetsOf(directory, 'c=from.o.rtp')[0]?.equals(last.caller.rtp[0] ?? Buffer.alloc(0)) === true,
      5000,
      'its packet',
    );
    assert.deepEqual(readdirSync(directory).sort(), ['c=from.o.rtcp', 'c=from.o.rtp']);
  }
});

test('-S keeps a recording in the spool until it is complete', async (t) => {
  const { control, directory } = await startRecorder(t, ['-S', '{top}/spool']);
  const spool = join(directory, '../spool');
  mkdirSync(spool);
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  assert.deepEqual(readdirSync(spool).sort(), ['c=from.o.rtcp', 'c=from.o.rtp']);
  const said = await talk(call);
  assert.deepEqual(readdirSync(directory), []);
  await control.command('D c from to');
  await until(() => readdirSync(spool).length === 0, 5000, 'the empty spool');
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), said.caller.rtp);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtcp'), said.caller.rtcp);
});

test('recordings are complete and in their place when the daemon has ended', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-S', '{top}/spool', '-a']);
  mkdirSync(join(directory, '../spool'));
  const call = await startCall(t, control, 'c');
  const said = await talk(call, 50);
  await daemon.stop();
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), said.caller.rtp);
  assert.deepEqual(packetsOf(directory, 'c=from.a.rtp'), said.callee.rtp);
  assert.deepEqual(readdirSync(join(directory, '../spool')), []);
});

test('a recording stays in the spool when its directory has vanished', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-S', '{top}/spool', '-R']);
  const spool = join(directory, '../spool');
  mkdirSync(spool);
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  rmSync(directory, { recursive: true });
  const said = await talk(call);
  await control.command('D c from to');
  await until(() => daemon.stderr().includes("can't move session record"), 5000, 'the complaint');
  assert.deepEqual(packetsOf(spool, 'c=from.o.rtp'), said.caller.rtp);
});

test('a recording that vanishes with its directory is missed once', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-R'], { logLevel: 'warn' });
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  await talk(call);
  rmSync(directory, { recursive: true });
  await talk(call);
  await control.command('D c from to');
  await until(() => daemon.stderr().includes('vanished'), 5000, 'the complaint');
  assert.equal(daemon.stderr(), 'WARN:c:recording:0: c=from.o.rtp has vanished, and 6 packets with it\n');
});

test('a directory that is not there refuses recordings, and the calls go on', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-a']);
  rmSync(directory, { recursive: true });
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), 'E50\n');
  assert.equal(await control.command('C c f from to'), 'E65\n');
  await talk(call);
  assert.match(
    daemon.stderr(),
    /^ERR:c:recorder:0: can't start recording: open [^ ]+: No such file or directory \(2\)$/m,
  );
});

test('ignored packets are not recorded', async (t) => {
  const { control, directory } = await startRecorder(t);
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  const said = await talk(call);
  const { caller: strangers } = await openPhones(t);
  await strangers[0].send(rtpPacket(1000, { ssrc: 99 }), call.forCaller);
  const later = await talk(call);
  await control.command('N c from to');
  await written(directory, 'c=from.o.rtp', 6);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), [...said.caller.rtp, ...later.caller.rtp]);
});

test('of a crowd of new calls each is recorded', async (t) => {
  const { control, directory } = await startRecorder(t, ['-P', '-a']);
  const names = Array.from({ length: 1000 }, (_, index) => `c${index}`);
  const replies = await Promise.all(names.map((name) => control.command(`U ${name} ${HOST} 9 from`)));
  for (const reply of replies) portIn(reply);
  assert.deepEqual(readdirSync(directory).sort(), names.map((name) => `${name}=from.pcap`).sort());
});
