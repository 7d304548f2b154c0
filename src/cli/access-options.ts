import { blockList, hostList } from '../config/block-list.ts';
import { type CliOption, setting } from './option.ts';

/** Who may send commands, and who may be a party of a call. */
export const ACCESS_OPTIONS: readonly CliOption[] = [
  setting(
    { long: 'control-allow', argumentName: 'CIDR,...', repeatable: true, defaultText: 'everybody' },
    'Who may use the UDP and TCP control sockets: addresses, or blocks of them such as 10.0.0.0/8; nobody else, this host ' +
      'included.',
    (draft, value) => {
      draft.controlAllow.push(...hostList(value, '--control-allow'));
    },
  ),
  setting(
    { long: 'peer-deny', argumentName: 'CIDR[:PORTS],...', repeatable: true },
    'Where no party of a call may be: nothing is sent there or taken from there. Ports are one or a range, with brackets ' +
      'around an IPv6 address; * is every address. Denied besides, unless --peer-allow has them: multicast, broadcast, and ' +
      'ports below 1024 of this host; and always: control sockets of the daemon.',
    (draft, value) => {
      draft.peerDeny.push(...blockList(value, '--peer-deny'));
    },
  ),
  setting(
    { long: 'peer-allow', argumentName: 'CIDR[:PORTS],...', repeatable: true },
    'Exceptions from what is denied to parties of calls.',
    (draft, value) => {
      draft.peerAllow.push(...blockList(value, '--peer-allow'));
    },
  ),
];
