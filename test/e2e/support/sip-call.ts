import assert from 'node:assert/strict';
import type { TestScope } from '../../helpers/cleanup.ts';
import type { Content, Exchange, IncomingRequest, SipCall } from '../../helpers/sip/call.ts';
import { SipPhone, type SipProxy } from '../../helpers/sip/phone.ts';
import { formatSdp, parseSdp, type SdpStream, stream } from '../../helpers/sip/sdp.ts';
import { rtpPacket } from './rtp-packet.ts';
import { type Endpoint, UdpPeer } from './udp-peer.ts';

export const CALLER_HOST = '127.0.0.2';
export const CALLEE_HOST = '127.0.0.3';

/** Two phones and where they hear. */
export interface Parties {
  readonly caller: SipPhone;
  readonly callee: SipPhone;
  readonly callerMedia: UdpPeer;
  readonly calleeMedia: UdpPeer;
}

/** Both sides of a call, and where each party sends its media to. */
export interface SipTalk extends Parties {
  readonly callerSide: SipCall;
  readonly calleeSide: SipCall;
  forCaller: Endpoint;
  forCallee: Endpoint;
}

export interface Wishes {
  /** Headers of messages with an offer, with an answer. */
  readonly offer?: Readonly<Record<string, string>>;
  readonly answer?: Readonly<Record<string, string>>;
  /** Payload types that both phones know; G.711 (0) if not given. */
  readonly payloads?: string;
}

/** Opens both phones and a media socket for each. */
export async function openParties(
  scope: TestScope,
  proxy: SipProxy,
  { caller = CALLER_HOST, callee = CALLEE_HOST, calleeProxy = proxy } = {},
): Promise<Parties> {
  return {
    caller: await SipPhone.open(scope, caller, proxy),
    callee: await SipPhone.open(scope, callee, calleeProxy),
    callerMedia: await UdpPeer.open(scope, caller),
    calleeMedia: await UdpPeer.open(scope, callee),
  };
}

/** The description of one open audio stream at that socket. */
export function sdpOf({ local }: UdpPeer, rest: Partial<SdpStream> = {}, version = 1): string {
  return formatSdp([stream(local.host, local.port, rest)], version);
}

/** Where a description wants its first, or another stream. */
export function mediaIn(body: string, index = 0): Endpoint {
  const wanted = parseSdp(body)[index];
  assert.ok(wanted, `no stream ${index} in ${body}`);
  return { host: wanted.host, port: wanted.port };
}

export function content(sdp: string, headers: Readonly<Record<string, string>> = {}): Content {
  return { sdp, headers };
}

/** Sends an INVITE with the caller's description; the callee has got it, and nothing more has happened. */
export async function invite(
  parties: Parties,
  callId: string,
  { offer = {}, payloads = '0' }: Wishes = {},
): Promise<{ callerSide: SipCall; calleeSide: SipCall; exchange: Exchange; request: IncomingRequest }> {
  const callerSide = parties.caller.call(parties.callee.uri, { callId, tag: 'f' });
  const exchange = callerSide.send('INVITE', content(sdpOf(parties.callerMedia, { payloads }), offer));
  const calleeSide = await parties.callee.incoming();
  assert.equal(calleeSide.id, callId);
  return { callerSide, calleeSide, exchange, request: await calleeSide.request('INVITE') };
}

/** A call of one stream, up to the ACK. The caller's tag is `f`, the callee's `t`. */
export async function startTalk(parties: Parties, callId: string, wishes: Wishes = {}): Promise<SipTalk> {
  const { callerSide, calleeSide, exchange, request } = await invite(parties, callId, wishes);
  const forCallee = mediaIn(request.message.body);
  request.reply(200, content(sdpOf(parties.calleeMedia, { payloads: wishes.payloads ?? '0' }), wishes.answer));
  const forCaller = mediaIn((await exchange.response(200)).body);
  exchange.ack();
  await calleeSide.request('ACK');
  return { ...parties, callerSide, calleeSide, forCaller, forCallee };
}

/** A re-INVITE of one party, up to the ACK. Returns the offer as it arrived, and the answer as it arrived. */
export async function renegotiate(
  from: SipCall,
  to: SipCall,
  offer: Content,
  answer: Content,
): Promise<{ offer: string; answer: string }> {
  const exchange = from.send('INVITE', offer);
  const request = await to.request('INVITE');
  request.reply(200, answer);
  const response = await exchange.response(200);
  exchange.ack();
  await to.request('ACK');
  return { offer: request.message.body, answer: response.body };
}

let sequence = 0;

/**
 * Each party says something: it arrives at the other one, from the port that the other one sends to. Returns the packets
 * of caller and callee.
 */
export async function assertTalking(talk: SipTalk): Promise<readonly [caller: Buffer, callee: Buffer]> {
  const { callerMedia, calleeMedia, forCaller, forCallee } = talk;
  const said: [Buffer, Buffer] = [rtpPacket(++sequence), rtpPacket(++sequence)];
  const paths = [
    [said[0], callerMedia, forCaller, calleeMedia, forCallee],
    [said[1], calleeMedia, forCallee, callerMedia, forCaller],
  ] as const;
  for (const [data, speaker, through, listener, source] of paths) {
    await speaker.send(data, through);
    assert.deepEqual(await listener.next(), { data, from: source });
  }
  return said;
}

/** One party hangs up. */
export async function hangUp(from: SipCall, to: SipCall): Promise<void> {
  const exchange = from.send('BYE');
  (await to.request('BYE')).reply(200);
  await exchange.response(200);
}

/** Lets the SIP proxy itself do something with the call; returns its response. */
export function act({ callerSide }: SipTalk, action: string, headers: Readonly<Record<string, string>> = {}) {
  return callerSide.send('INFO', { headers: { 'X-Action': action, ...headers } });
}
