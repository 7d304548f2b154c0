import type { Place } from './addresses.ts';

// What a call situation is: who is signalled, who sends what from where and when, what counts. Plain data, so that another
// process can play it. Times are milliseconds from the end of signalling.

/** Whose port of the relay a packet goes to; which party a command is about. */
export type Leg = 'caller' | 'callee';

/** A socket that takes part, invited or not. */
export interface Party {
  readonly at: Place;
  readonly leg: Leg;
  /** It sends to the RTCP port. */
  readonly rtcp?: boolean;
}

/** RTP packets of one party. Lists have a value for each packet. */
export interface RtpStream {
  readonly from: string;
  readonly at: readonly number[];
  /** One of its own for each party if not given. */
  readonly ssrc?: number | readonly number[];
  /** Of the first packet; 1000 if not given. */
  readonly seq?: number | readonly number[];
  readonly seqStep?: number;
  /** The same in all packets, as in one telephone event; a clock of 8 kHz if not given. */
  readonly timestamp?: number;
  readonly payloadType?: number;
  /** 20 ms of G.711 if not given. */
  readonly payloadBytes?: number;
  readonly version?: number;
}

/** Datagrams of one party that are no RTP. */
export interface Datagrams {
  readonly from: string;
  readonly at: readonly number[];
  readonly hex: string;
  /** Where in the datagram its number is, in two bytes. */
  readonly numberAt?: number;
}

/** A further `U` (caller) or `L` (callee) with an address: re-INVITE, or a 200 after a 183. */
export interface Signal {
  readonly at: number;
  readonly leg: Leg;
  readonly says: Place;
}

/** How much of it there may be in `guarded`: so much more than in `compat`, or so much at all. */
export type Limit = { readonly moreThanCompat: number } | { readonly atMost: number };

/** Of the packets that `of` sent, those that none of `at` received. */
export interface LostPackets {
  readonly counts: 'lost';
  readonly of: readonly string[];
  readonly at: readonly string[];
  /** Only those with this SSRC, and only those sent from, until then. */
  readonly ssrc?: number;
  readonly from?: number;
  readonly until?: number;
  readonly limit: Limit;
}

/** All that somebody received: strangers should get nothing. */
export interface CaughtPackets {
  readonly counts: 'caught';
  readonly at: readonly string[];
  readonly limit: Limit;
}

export type Measure = LostPackets | CaughtPackets;

export interface Situation {
  /** Where people reported it. */
  readonly report: string;
  /** Addresses of `U` and `L`. */
  readonly caller: Place;
  readonly callee: Place;
  /** Codec list of the `U`. */
  readonly codecs?: string;
  /** The daemon's address: one of IPv4 if not given. */
  readonly listens?: 'IPv6' | 'IPv6 wildcard';
  /** A daemon that does not take the call loses all packets; otherwise that is an error of the situation. */
  readonly mayBeRefused?: true;
  readonly parties: Readonly<Record<string, Party>>;
  readonly rtp?: readonly RtpStream[];
  readonly datagrams?: readonly Datagrams[];
  readonly signals?: readonly Signal[];
  readonly counted: readonly Measure[];
}

/** Situations by their titles. */
export type Situations = Readonly<Record<string, Situation>>;

/** 150 ms of speech: more than that is heard as a word that is missing. */
const UNHEARD_PACKETS = 7;

/** From the first time on, before the second one. */
export function every(step: number, from: number, until: number): number[] {
  return Array.from({ length: Math.ceil((until - from) / step) }, (_, i) => from + i * step);
}

/** Speech of 20 ms packets. */
export function speech(
  from: string,
  start: number,
  end: number,
  rest: Partial<Omit<RtpStream, 'from' | 'at'>> = {},
): RtpStream {
  return { from, at: every(20, start, end), ...rest };
}

export type LossOptions = Partial<Omit<LostPackets, 'counts' | 'of' | 'at'>>;

/** The listener hears in `guarded` what it hears in `compat`. */
export function hears(at: string, of: string, rest: LossOptions = {}): LostPackets {
  return { counts: 'lost', at: [at], of: [of], limit: { moreThanCompat: UNHEARD_PACKETS }, ...rest };
}

export function bothHear(one: string, other: string, rest: LossOptions = {}): readonly LostPackets[] {
  return [hears(one, other, rest), hears(other, one, rest)];
}

/** What the measure is about, as text. */
export function describe(measure: Measure): string {
  const at = measure.at.join(' or ');
  if (measure.counts === 'caught') return `${at} gets`;
  const { of, ssrc, from, until } = measure;
  const parts = [
    ssrc === undefined ? '' : ` (SSRC ${ssrc.toString(16)})`,
    from === undefined ? '' : ` from ${from} ms on`,
    until === undefined ? '' : ` until ${until} ms`,
  ];
  return `${at} hears ${of.join(' and ')}${parts.join('')}`;
}
