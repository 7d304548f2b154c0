import type { MediaAddress, TracedMessage } from './sip-trace.ts';

/** The SDP addresses of one call, as both phones saw them. */
export interface NegotiatedCall {
  readonly callId: string;
  /** The caller's SDP in the INVITE: as it left the caller and as it came to the callee. */
  readonly offer: { readonly sent: MediaAddress; readonly received: MediaAddress };
  /** The callee's SDP in the 200: as it left the callee and as it came to the caller. */
  readonly answer: { readonly sent: MediaAddress; readonly received: MediaAddress };
}

interface Sightings {
  offerSent?: MediaAddress;
  offerReceived?: MediaAddress;
  answerSent?: MediaAddress;
  answerReceived?: MediaAddress;
  complete?: true;
}

/** Joins what the calling and the called phone send and receive to calls. */
export class CallMatcher {
  readonly #sightings = new Map<string, Sightings>();
  readonly #calls: NegotiatedCall[] = [];
  #listener: ((call: NegotiatedCall) => void) | undefined;

  /** The listener is told of each call once, when offer and answer have reached the other side, or at once if they have. */
  listen(listener: (call: NegotiatedCall) => void): void {
    this.#listener = listener;
    for (const call of this.#calls) listener(call);
  }

  /** Takes a message of the calling phone. */
  readonly caller = (message: TracedMessage): void => {
    this.#note(message, message.direction === 'sent' ? 'offerSent' : 'answerReceived');
  };

  /** Takes a message of the called phone. */
  readonly callee = (message: TracedMessage): void => {
    this.#note(message, message.direction === 'sent' ? 'answerSent' : 'offerReceived');
  };

  #note(message: TracedMessage, what: Exclude<keyof Sightings, 'complete'>): void {
    const { callId, media } = message;
    if (media === undefined || message.method !== 'INVITE') return;
    const seen = this.#sightings.get(callId) ?? {};
    this.#sightings.set(callId, seen);
    seen[what] = media;
    const { offerSent, offerReceived, answerSent, answerReceived } = seen;
    if (seen.complete || !offerSent || !offerReceived || !answerSent || !answerReceived) return;
    seen.complete = true;
    const call: NegotiatedCall = {
      callId,
      offer: { sent: offerSent, received: offerReceived },
      answer: { sent: answerSent, received: answerReceived },
    };
    this.#calls.push(call);
    this.#listener?.(call);
  }
}
