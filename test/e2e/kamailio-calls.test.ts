import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startKamailio } from '../helpers/kamailio.ts';
import { assertAsked } from './support/command-trace.ts';
import { type Relay, startRelay } from './support/relay.ts';
import { assertTalking, hangUp, openParties, startTalk } from './support/sip-call.ts';

const relay = await startRelay({ after }, ['-l', '127.0.0.1'], { logLevel: 'dbug' });
const  proxy = await startKamailio({ after }, `udp:127.0.0.1:${relay.controlAt.port}`, { configuration: 'kamailio-controls.cfg' });
test('plain', async (t) => {
  const parties = await openParties(t, proxy);
  const talk = await startTalk(parties, 'plain').catch((e)=>{console.error(proxy.stderr(), relay.daemon.stderr()); throw e});
  await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  await assertAsked(relay.daemon, 'plain', []);
});
