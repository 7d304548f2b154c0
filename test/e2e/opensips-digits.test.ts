import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { assertAsked } from './support/command-trace.ts';
import { CAPTURED_TICKS, pressKeys } from './support/digit-captures.ts';
import { startOpenSipsRelay, WITH_OPENSIPS } from './support/opensips-relay.ts';
import { CALLEE_HOST, CALLER_HOST, hangUp, openParties, startTalk } from './support/sip-call.ts';

const TOLD_MS = 5000;

/** What the event route of test/fixtures/opensips.cfg logs. */
const DIGIT = /digit (.) of stream (\d) in call (\S+), duration (\d+), volume (\d+)/g;

test('flag d: OpenSIPS raises an event for every key, once and in order', WITH_OPENSIPS, async (t) => {
  const notifySocket = `unix:${join(temporaryDirectory(t), 'notify')}`;
  const { relay, proxy } = await startOpenSipsRelay(t, ['-n', notifySocket, '--module', 'catch_dtmf'], {
    notifySocket,
  });
  const wishes = { offer: { 'X-Flags': 'cord' }, answer: { 'X-Flags': 'cord' }, payloads: '0 101' };
  const talk = await startTalk(await openParties(t, proxy), 'keys', wishes);
  const { callerMedia, calleeMedia } = talk;
  const keys = '159*0#';
  await pressKeys(keys, callerMedia, talk.forCaller);
  await pressKeys('77', calleeMedia, talk.forCallee);
  const told = () => [...proxy.stderr().matchAll(DIGIT)].map((found) => found.slice(1).join(' '));
  const expected = [...keys].map((key) => `${key} 0 keys ${CAPTURED_TICKS} 10`);
  // The second one is the first one played again at once, and so the same event.
  expected.push(`7 1 keys ${CAPTURED_TICKS} 10`);
  await until(() => told().length >= expected.length, TOLD_MS, 'events').catch(() => {});
  assert.deepEqual(told(), expected);
  await hangUp(talk.callerSide, talk.calleeSide);
  const offer = `Uc0,101 keys ${CALLER_HOST} ${callerMedia.local.port} f;1 ${notifySocket.slice(5)} I && M3:1 Dckeys`;
  const answer = `Lc0,101 keys ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1 && M3:1 Dckeys`;
  await assertAsked(relay.daemon, 'keys', [offer, answer, 'D keys f t']);
});
