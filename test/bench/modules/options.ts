import { parseArgs } from 'node:util';
import { positive, RELAY_OPTIONS, RELAY_USAGE, type RelayCommand, withAndWithout } from '../comparison.ts';

export const MODULES = ['acct_csv', 'acct_rtcp_hep', 'catch_dtmf'] as const;
export type ModuleName = (typeof MODULES)[number];

export interface Options {
  /** With modules, and alone. */
  readonly relays: readonly RelayCommand[];
  readonly modules: readonly ModuleName[];
  readonly calls: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Seconds between two digits of a phone, and between two RTCP reports. */
  readonly digits: number;
  readonly rtcp: number;
  /** Of HEP. */
  readonly transport: 'udp' | 'tcp';
  /** Seconds in the middle of a run in which the collector takes nothing; 0: it always does. */
  readonly stopped: number;
}

export const USAGE = `usage: npm run bench -- modules [OPTIONS]
Calls with digits and RTCP on a relay with modules, and on one without any; round by round (A B A B).
${RELAY_USAGE}
  --modules=A,B         of acct_csv, acct_rtcp_hep, catch_dtmf (default: all)
  --calls=N             with media at 50 packets/s each way (default 500)
  --digits=N            seconds between two digits of a phone (default 10)
  --rtcp=N              seconds between two RTCP reports of a phone (default 5)
  --transport=udp|tcp   of HEP (default udp)
  --stopped=N           seconds in the middle of a run in which the collector takes nothing (default 0)
  --rounds=N            how often each is measured (default 5)
  --seconds=N           length of a run (default 10)
`;

/** @throws Error with what is wrong */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RELAY_OPTIONS,
      modules: { type: 'string', default: MODULES.join(',') },
      calls: { type: 'string', default: '500' },
      digits: { type: 'string', default: '10' },
      rtcp: { type: 'string', default: '5' },
      transport: { type: 'string', default: 'udp' },
      stopped: { type: 'string', default: '0' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '10' },
    },
  });
  const { transport } = values;
  if (transport !== 'udp' && transport !== 'tcp') throw new Error(`--transport: udp or tcp expected, not ${transport}`);
  const seconds = positive('seconds', values.seconds);
  const stopped = values.stopped === '0' ? 0 : positive('stopped', values.stopped);
  if (stopped >= seconds) throw new Error('--stopped: less than --seconds');
  return {
    relays: withAndWithout(values.relay, values.reference, 'with modules'),
    modules: values.modules.split(',').map(moduleName),
    calls: positive('calls', values.calls),
    digits: positive('digits', values.digits),
    rtcp: positive('rtcp', values.rtcp),
    transport,
    stopped,
    rounds: positive('rounds', values.rounds),
    seconds,
  };
}

function moduleName(text: string): ModuleName {
  const name = MODULES.find((known) => known === text);
  if (name === undefined) throw new Error(`--modules: there is no ${text}`);
  return name;
}
