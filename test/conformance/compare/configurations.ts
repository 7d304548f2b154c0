import type { GeneratorOptions } from './generator.ts';

export type ControlKind = 'udp' | 'unix' | 'cunix';

/** A way to run both daemons. */
export interface Configuration {
  readonly name: string;
  /** Arguments of both daemons, without control sockets and ports. */
  readonly args: readonly string[];
  /** Control socket: datagrams, one command per connection, or lines over one connection. */
  readonly control: ControlKind;
  /**
   * Number of media port pairs of each daemon, which then has a range of its own with `-b`, so that the ports must
   * correspond exactly. Undefined: both take the default range at random.
   */
  readonly pairs: number | undefined;
  readonly bridge: boolean;
  /** A session of our own lives all the time, and X is not sent (pair.ts). */
  readonly keeper: boolean;
  /** SIGHUP after so many commands: the slow shutdown. */
  readonly drainAfter: number | undefined;
  /** Commands until both daemons are started anew. */
  readonly episode: number;
}

/** Long enough that no session ends by itself, and two values, so that a wrong one shows. */
const TIMERS = ['-T', '700', '-W', '650'];
const USUAL = {
  control: 'udp',
  args: [],
  pairs: 2000,
  bridge: false,
  keeper: false,
  drainAfter: undefined,
  episode: 2500,
} as const;
const DRAINING = { pairs: 2000, bridge: false, keeper: true, drainAfter: 200, episode: 600 };

const RECORDS = ['-r', 'rec'];

export const CONFIGURATIONS: readonly Configuration[] = [
  { ...USUAL, name: 'plain', args: ['-l', '127.0.0.1', ...TIMERS, ...RECORDS], pairs: undefined },
  { ...USUAL, name: 'bridge', args: ['-l', '127.0.0.1/127.0.0.2', ...TIMERS, ...RECORDS], bridge: true },
  {
    ...USUAL,
    name: 'labels',
    args: ['-l', '127.0.0.1', '-l', 'one@127.0.0.2', '-l', 'two@127.0.0.3=adv.example', '-6', 'six@::1', ...TIMERS],
  },
  { ...USUAL, name: 'wildcard', args: TIMERS },
  { ...USUAL, name: 'six', args: ['-6', '::1', '-i', ...TIMERS, ...RECORDS] },
  { ...USUAL, name: 'bridge-six', args: ['-l', '127.0.0.1', '-6', '/::1', '-i', ...TIMERS], bridge: true },
  { ...USUAL, name: 'few-ports', args: ['-l', '127.0.0.1', ...TIMERS], pairs: 10, keeper: true, episode: 400 },
  { ...USUAL, ...DRAINING, name: 'draining', args: ['-l', '127.0.0.1', ...TIMERS] },
  {
    ...USUAL,
    name: 'notify',
    args: ['-l', '127.0.0.1', '-n', '/nowhere', '-n', 'tcp:127.0.0.1:9', '-n', 'tcp:%%CC_SELF%%:9', ...TIMERS],
  },
  { ...USUAL, name: 'record-all', args: ['-l', '127.0.0.1', ...TIMERS, ...RECORDS, '-a', '-R'] },
  { ...USUAL, name: 'pcap', args: ['-l', '127.0.0.1', ...TIMERS, ...RECORDS, '-a', '-P'] },
  { ...USUAL, name: 'unix', args: ['-l', '127.0.0.1', ...TIMERS], control: 'unix' },
  { ...USUAL, name: 'cunix', args: ['-l', '127.0.0.1', ...TIMERS], control: 'cunix' },
];

export function generatorOptions({ bridge, keeper, control, args }: Configuration): GeneratorOptions {
  return { bridge, deleteAll: !keeper, datagrams: control === 'udp', notify: args.includes('-n') };
}
