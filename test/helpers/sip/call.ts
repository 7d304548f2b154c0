import assert from 'node:assert/strict';
import { Mailbox } from '../mailbox.ts';
import { addressesOf, headerOf, headersOf, methodOf, type SipMessage, statusOf, tagOf } from './message.ts';
import type { SipPhone } from './phone.ts';

export interface CallOptions {
  readonly callId: string;
  /** The tag that names this phone in the call. */
  readonly tag: string;
}

/** What a message has besides the headers that make it part of its call. */
export interface Content {
  readonly sdp?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Parties {
  readonly callId: string;
  readonly localTag: string;
  /** Address of the other party, in angle brackets. */
  readonly remote: string;
}

interface Transaction {
  readonly branch: string;
  readonly sequence: number;
}

/** A request of the other party, and how it is answered. */
export interface IncomingRequest {
  readonly message: SipMessage;
  reply(status: number, content?: Content): void;
}

let branches = 0;

/** A phone's part of one call. */
export class SipCall {
  readonly #phone: SipPhone;
  readonly #parties: Parties;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #requests = new Mailbox<IncomingRequest>();
  #remoteTag = '';
  #target: string;
  #routes: readonly string[] = [];
  #sequence = 0;

  constructor(phone: SipPhone, parties: Parties) {
    this.#phone = phone;
    this.#parties = parties;
    this.#target = parties.remote;
  }

  /** The call that an INVITE starts; the phone's tag is `t`. */
  static received(phone: SipPhone, invite: SipMessage): SipCall {
    const from = headerOf(invite, 'From');
    const [remote = ''] = addressesOf([from]);
    const call = new SipCall(phone, { callId: headerOf(invite, 'Call-ID'), localTag: 't', remote });
    call.#remoteTag = tagOf(from);
    call.#target = addressesOf([headerOf(invite, 'Contact')])[0] ?? remote;
    call.#routes = addressesOf(headersOf(invite, 'Record-Route'));
    return call;
  }

  get id(): string {
    return this.#parties.callId;
  }

  /** Sends a request. Its responses come out of the exchange; an ACK has none. */
  send(method: string, content: Content = {}, sequence?: number): Exchange {
    const number = sequence ?? ++this.#sequence;
    const branch = `z9hG4bK${++branches}`;
    return this.#send(method, { branch, sequence: number }, this.#request(method, branch, number, content));
  }

  /** Sends a request of another method with the branch of the first: CANCEL, and the ACK of a failure. */
  sendAgain(method: string, first: Exchange, to: string): Exchange {
    const headers = first.request.headers
      .filter(([name]) => /^(Via|From|Call-ID|Max-Forwards|Route)$/.test(name))
      .concat([
        ['To', to],
        ['CSeq', `${first.sequence} ${method}`],
      ]);
    const startLine = first.request.startLine.replace(/^\w+/, method);
    return this.#send(method, first, { startLine, headers, body: '' });
  }

  #send(method: string, { branch, sequence }: Transaction, request: SipMessage): Exchange {
    const exchange = new Exchange(this, { branch, sequence }, request);
    this.#exchanges.set(`${branch} ${method}`, exchange);
    this.#phone.send(request);
    return exchange;
  }

  /** The next request of the other party; fails when it is another method. */
  async request(method: string): Promise<IncomingRequest> {
    const request = await this.#requests.take(`${method} of ${this.id}`);
    assert.equal(methodOf(request.message), method);
    return request;
  }

  /** Takes a message that came for this call; `text` is all of it. */
  receive(message: SipMessage, text: string): void {
    const status = statusOf(message);
    if (status === 0) {
      this.#requests.put({ message, reply: (code, content = {}) => this.#reply(message, text, code, content) });
      return;
    }
    const branch = /branch=([^;,]+)/.exec(headerOf(message, 'Via'))?.[1] ?? '';
    const exchange = this.#exchanges.get(`${branch} ${methodOf(message)}`);
    if (exchange === undefined || status === 100) return;
    if (methodOf(message) === 'INVITE') {
      if (status >= 300) this.sendAgain('ACK', exchange, headerOf(message, 'To'));
      else this.#learn(message);
    }
    exchange.responses.put(message);
  }

  /** From a response to the INVITE: the other party's tag, where it is, and the proxies between. */
  #learn(response: SipMessage): void {
    this.#remoteTag = tagOf(headerOf(response, 'To'));
    this.#target = addressesOf([headerOf(response, 'Contact')])[0] ?? this.#target;
    const routes = addressesOf(headersOf(response, 'Record-Route')).reverse();
    if (routes.length > 0) this.#routes = routes;
  }

  #request(method: string, branch: string, sequence: number, content: Content): SipMessage {
    const { callId, localTag, remote } = this.#parties;
    return {
      startLine: `${method} ${this.#target.slice(1, -1)} SIP/2.0`,
      headers: [
        ['Via', `SIP/2.0/UDP ${this.#phone.authority};branch=${branch}`],
        ['Max-Forwards', '70'],
        ...this.#routes.map((route) => ['Route', route] as const),
        ['From', `${this.#phone.uri};tag=${localTag}`],
        ['To', this.#remoteTag === '' ? remote : `${remote};tag=${this.#remoteTag}`],
        ['Call-ID', callId],
        ['CSeq', `${sequence} ${method}`],
        ...this.#rest(content),
      ],
      body: content.sdp ?? '',
    };
  }

  #reply(request: SipMessage, text: string, status: number, content: Content): void {
    const to = headerOf(request, 'To');
    const copied = request.headers.filter(([name]) => /^(Via|Record-Route|From|Call-ID|CSeq)$/.test(name));
    this.#phone.send(
      {
        startLine: `SIP/2.0 ${status} ${status < 200 ? 'Progress' : status < 300 ? 'OK' : 'No'}`,
        headers: [
          ...copied,
          ['To', tagOf(to) === '' ? `${to};tag=${this.#parties.localTag}` : to],
          ...this.#rest(content),
        ],
        body: content.sdp ?? '',
      },
      text,
    );
  }

  #rest({ sdp, headers = {} }: Content): (readonly [string, string])[] {
    const type: (readonly [string, string])[] = sdp === undefined ? [] : [['Content-Type', 'application/sdp']];
    return [['Contact', this.#phone.uri], ...Object.entries(headers), ...type];
  }
}

/** A request and its responses. */
export class Exchange {
  readonly responses = new Mailbox<SipMessage>();
  readonly branch: string;
  readonly sequence: number;
  readonly request: SipMessage;
  readonly #call: SipCall;

  constructor(call: SipCall, { branch, sequence }: Transaction, request: SipMessage) {
    this.#call = call;
    this.branch = branch;
    this.sequence = sequence;
    this.request = request;
  }

  /** The next response but 100; fails when it has another status. */
  async response(status: number): Promise<SipMessage> {
    const response = await this.responses.take(`${status} of ${this.request.startLine}`);
    assert.equal(statusOf(response), status, `${response.startLine} as answer to ${this.request.startLine}`);
    return response;
  }

  /** Acknowledges the 2xx of an INVITE. */
  ack(content: Content = {}): void {
    this.#call.send('ACK', content, this.sequence);
  }

  /** Withdraws an INVITE that has no final response yet. */
  cancel(): Exchange {
    return this.#call.sendAgain('CANCEL', this, headerOf(this.request, 'To'));
  }
}
