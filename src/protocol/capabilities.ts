/** Version of the base protocol, the reply of `V`. */
export const BASIC_VERSION = '20040107';

export interface Feature {
  /** Name of the feature in `VF` and in `-v`. */
  readonly date: string;
  readonly text: string;
  /** Announced by `VF` only when the daemon has notify targets. */
  readonly needsNotifications?: true;
}

/** Every feature date, oldest first (protocol.md 9). */
export const FEATURES: readonly Feature[] = [
  { date: BASIC_VERSION, text: 'Base protocol' },
  { date: '20050322', text: 'Several media streams per call, music on hold' },
  { date: '20060704', text: 'Argument of the V command' },
  { date: '20071116', text: 'Re-packetising of RTP streams' },
  { date: '20071218', text: 'Copying of streams to a remote address' },
  { date: '20080403', text: 'Statistics of a session with Q' },
  { date: '20081102', text: 'Codec lists in U and L' },
  { date: '20081224', text: 'Notification when a session times out', needsNotifications: true },
  { date: '20090810', text: 'Automatic choice of the local address in bridge mode' },
  { date: '20140323', text: 'Average load in I' },
  { date: '20140617', text: 'Anchoring of the connect time of a session' },
  { date: '20141004', text: 'Counters of the daemon with G' },
  { date: '20150330', text: 'New port for an existing leg: modifier n of U and L' },
  { date: '20150420', text: 'Tracking of RTP sequence numbers, rtpa_ counters, names in Q' },
  { date: '20150617', text: 'Wildcard %%CC_SELF%% in notify targets' },
  { date: '20191015', text: 'Sub-commands after &&' },
  { date: '20200226', text: 'Stopping of recordings with N' },
  { date: '20230205', text: 'Counter rtpa_nlost, modifier h of DTMF detection' },
  { date: '20230314', text: 'Query and delete in one command' },
  { date: '20230424', text: 'Values longest_ipi, rtpa_jlast, rtpa_jmax and rtpa_javg in Q' },
  { date: '20250523', text: 'Port of a remote copy: modifier p of C' },
  { date: '20251015', text: 'Sub-command S: time to live and type of service' },
  { date: '20260306', text: 'Labels of local addresses' },
  { date: '20260308', text: 'Both legs in one command: sub-command L of U' },
  { date: '20260309', text: 'Forking of a session: sub-command C of U' },
];

const BY_DATE = new Map(FEATURES.map((feature) => [feature.date, feature]));

/** The answer of `VF date`: true only for exactly the text of a feature date. */
export function supportsFeature(date: string, daemon: { readonly notifications: boolean }): boolean {
  const feature = BY_DATE.get(date);
  return feature !== undefined && (daemon.notifications || feature.needsNotifications !== true);
}
