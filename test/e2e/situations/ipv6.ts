import type { Place } from '../support/situation/addresses.ts';
import { bothHear, type Situation, type Situations, speech } from '../support/situation/situation.ts';

const CALLER: Place = 'homeIPv6.5:4000';

function call(report: string, signalled: Place, callee: Place): Situation {
  return {
    report,
    listens: 'IPv6',
    caller: CALLER,
    callee: signalled,
    parties: { caller: { at: CALLER, leg: 'caller' }, callee: { at: callee, leg: 'callee' } },
    rtp: [speech('caller', 200, 4200), speech('callee', 200, 4200)],
    counted: bothHear('caller', 'callee'),
  };
}

/** The relay has the IPv6 wildcard only, and the callee comes by IPv4. */
function dualStack(report: string, signalled: Place): Situation {
  return { ...call(report, signalled, 'carrier.5:6000'), listens: 'IPv6 wildcard', mayBeRefused: true };
}

export const IPV6: Situations = {
  'IPv6, the signalled address': call('how it should be', 'carrierIPv6.5:6000', 'carrierIPv6.5:6000'),
  'IPv6, another address of the /64': call('RFC 8981: privacy addresses', 'carrierIPv6.5:6000', 'carrierIPv6.77:6000'),
  'IPv6, another /64': call('a prefix that has changed', 'carrierIPv6.5:6000', 'elsewhereIPv6.5:6000'),
  'IPv4-mapped address signalled': dualStack('linphone-desktop#788', 'carrierMapped.5:6000'),
  'IPv4 address signalled to the IPv6 wildcard': dualStack('baresip#1120, #1624', 'carrier.5:6000'),
};
