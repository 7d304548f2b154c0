import type { Denial, IgnoreReason } from '../addon/contract.ts';

// As people read them: in the log, and in what shows calls.

/** Why the packets of a source are ignored. */
export const IGNORED: Readonly<Record<IgnoreReason, string>> = {
  none: 'no reason',
  holderSends: 'another source is sending',
  holderSilent: 'another source has the stream and has not been silent for long enough',
  otherHost: 'not the signalled host, and the party is asymmetric',
  rtcpHost: 'RTP comes from another host',
  settled: 'the stream is settled on another source',
};

/** Why an address is denied. */
export const DENIED: Readonly<Record<Denial, string>> = {
  none: 'no reason',
  control: 'that is a control socket of this daemon',
  ownPort: 'that is a port of the session itself',
  listed: 'the configuration denies it',
  multicast: 'that is a multicast address',
  broadcast: 'that is a broadcast address',
  wellKnown: 'that is a port below 1024 of this host',
};
