import type { TestScope } from '../../../helpers/cleanup.ts';
import type { Kamailio } from '../../../helpers/kamailio.ts';
import type { SipCall } from '../../../helpers/sip/call.ts';
import { SipPhone } from '../../../helpers/sip/phone.ts';
import { formatSdp, stream } from '../../../helpers/sip/sdp.ts';
import { rtcpOf } from '../relay.ts';
import { hangUp, mediaIn } from '../sip-call.ts';
import type { Endpoint } from '../udp-peer.ts';
import type { Signalling } from './signalling.ts';
import type { Leg, Party } from './situation.ts';

/** Where the SIP of a party is, and which party of the situation is its media. */
export interface SipParty {
  readonly host: string;
  readonly media: string;
  /** Address in its SDP, as of one behind NAT; the truth if not given. */
  readonly says?: string | undefined;
}

/** By a call through a SIP proxy, which asks the daemon. */
export class SipSignalling implements Signalling {
  readonly callId: string;
  readonly #scope: TestScope;
  readonly #proxy: Kamailio;
  readonly #parties: Readonly<Record<Leg, SipParty>>;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #targets = new Map<Leg, Endpoint>();
  #sides: readonly [SipCall, SipCall] | undefined;

  /** `headers`: of all messages with SDP. */
  constructor(
    scope: TestScope,
    callId: string,
    proxy: Kamailio,
    parties: Readonly<Record<Leg, SipParty>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#scope = scope;
    this.callId = callId;
    this.#proxy = proxy;
    this.#parties = parties;
    this.#headers = headers;
  }

  async setUp(local: (party: string) => Endpoint): Promise<void> {
    const caller = await SipPhone.open(this.#scope, this.#parties.caller.host, this.#proxy);
    const callee = await SipPhone.open(this.#scope, this.#parties.callee.host, this.#proxy);
    const sdpOf = ({ media, says = local(media).host }: SipParty) => ({
      sdp: formatSdp([stream(says, local(media).port)]),
      headers: this.#headers,
    });
    const callerSide = caller.call(callee.uri, { callId: this.callId, tag: 'f' });
    const exchange = callerSide.send('INVITE', sdpOf(this.#parties.caller));
    const calleeSide = await callee.incoming();
    const invite = await calleeSide.request('INVITE');
    this.#targets.set('callee', mediaIn(invite.message.body));
    invite.reply(200, sdpOf(this.#parties.callee));
    this.#targets.set('caller', mediaIn((await exchange.response(200)).body));
    exchange.ack();
    await calleeSide.request('ACK');
    this.#sides = [callerSide, calleeSide];
  }

  tell(): Promise<void> {
    throw new Error('no re-INVITE here');
  }

  target({ leg, rtcp = false }: Party): Endpoint | undefined {
    const target = this.#targets.get(leg);
    return target !== undefined && rtcp ? rtcpOf(target) : target;
  }

  async hangUp(): Promise<void> {
    if (this.#sides !== undefined) await hangUp(...this.#sides);
  }
}
