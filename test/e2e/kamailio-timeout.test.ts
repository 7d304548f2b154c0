import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { assertAsked } from './support/command-trace.ts';
import { startKamailioRelay } from './support/kamailio-relay.ts';
import { HOST, untilLogged } from './support/relay.ts';
import {
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  mediaIn,
  openParties,
  renegotiate,
  sdpOf,
  startTalk,
} from './support/sip-call.ts';

// Kamailio up to 5.7 names a `timeout_socket` in re-INVITEs without a tag behind it, so the daemon takes the to-tag for the
// socket and the socket for the tag.

/** A call with a re-INVITE through a Kamailio that has a `timeout_socket`. */
async function reinvite(t: TestContext, args: (path: string) => readonly string[]) {
  const path = join(temporaryDirectory(t), 'notify');
  const { relay, proxy } = await startKamailioRelay(t, ['-l', HOST, ...args(path)], {
    definitions: { TIMEOUT_SOCKET: `"unix:${path}"` },
  });
  const parties = await openParties(t, proxy);
  const { callerMedia, calleeMedia } = parties;
  const talk = await startTalk(parties, 'timed');
  const { offer, answer } = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(sdpOf(callerMedia, {}, 2)),
    content(sdpOf(calleeMedia)),
  );
  assert.deepEqual(mediaIn(answer), talk.forCaller);
  await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  const replies = await assertAsked(relay.daemon, 'timed', [
    `Uc0 timed ${CALLER_HOST} ${callerMedia.local.port} f;1`,
    `Lc0 timed ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    `Uc0 timed ${CALLER_HOST} ${callerMedia.local.port} f;1 t;1 unix:${path}`,
    `Lc0 timed ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    'D timed f t',
  ]);
  return { daemon: relay.daemon, talk, parties, offer, reply: replies[2] };
}

test('a timeout_socket that -n does not permit: the re-INVITE passes unchanged', async (t) => {
  const { daemon, parties, offer, reply } = await reinvite(t, () => []);
  assert.equal(reply, 'E75');
  assert.deepEqual(mediaIn(offer), parties.callerMedia.local);
  await untilLogged(daemon, /must permit notification socket with -n/);
});

test('a timeout_socket that -n permits: the re-INVITE keeps the ports, without a notification', async (t) => {
  const { daemon, talk, offer, reply } = await reinvite(t, (path) => ['-n', `unix:${path}`]);
  assert.equal(reply, `${talk.forCallee.port} ${HOST}`);
  assert.deepEqual(mediaIn(offer), talk.forCallee);
  await untilLogged(daemon, /invalid socket name t;1/);
});
