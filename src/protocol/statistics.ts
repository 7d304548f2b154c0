/** One name that G or Q answers. A real number has six decimals in replies; all others are whole numbers. */
interface Statistic {
  readonly name: string;
  readonly help: string;
  readonly real?: true;
}

/** One name of G. */
interface DaemonStatistic extends Statistic {
  /** The total of the engine that it answers (`EngineTotals`); absent: the control plane counts it. */
  readonly total?: string;
  /** The C daemon answers `E68`. */
  readonly ours?: true;
}

/** One name of Q. */
interface SessionStatistic extends Statistic {
  /** Answered when Q names none. */
  readonly byDefault?: true;
}

/**
 * Every name of G (protocol.md 8.8): the one place that knows them. The counters, the client and the reference are made from
 * it, so a new counter is one line here, beside the place that counts.
 */
export const DAEMON_STATISTICS = [
  { name: 'nsess_created', help: 'sessions created by U' },
  { name: 'nsess_destroyed', help: 'sessions that have ended, for whatever reason' },
  { name: 'nsess_timeout', help: 'sessions ended because their time was over (`-T`, `-W`)' },
  { name: 'nsess_complete', help: 'sessions that both parties have been signalled for' },
  { name: 'nsess_nortp', help: 'complete sessions that ended without any RTP' },
  { name: 'nsess_owrtp', help: 'complete sessions that ended with RTP from one party only' },
  { name: 'nsess_nortcp', help: 'complete sessions that ended without any RTCP' },
  { name: 'nsess_owrtcp', help: 'complete sessions that ended with RTCP from one party only' },
  { name: 'nplrs_created', help: 'prompts started by P' },
  { name: 'nplrs_destroyed', help: 'prompts that were played to their end or stopped' },
  { name: 'npkts_rcvd', total: 'packetsReceived', help: 'RTP and RTCP packets received by complete sessions' },
  { name: 'npkts_played', total: 'packetsPlayed', help: 'packets of prompts that were sent' },
  {
    name: 'npkts_relayed',
    total: 'packetsRelayed',
    help: 'packets sent on to the other party: those that the kernel took',
  },
  { name: 'npkts_resizer_in', total: 'resizerIn', help: 'packets that went into re-packetising (`z`)' },
  { name: 'npkts_resizer_out', total: 'resizerOut', help: 'packets that came out of re-packetising' },
  {
    name: 'npkts_resizer_discard',
    total: 'resizerDiscarded',
    help: 'packets that came too late for re-packetising, or were left over in it',
  },
  {
    name: 'npkts_discard',
    total: 'packetsDiscarded',
    help: 'packets thrown away: before the session was complete, from wrong sources, without a destination, under a prompt',
  },
  {
    name: 'npkts_ignored',
    total: 'packetsIgnored',
    ours: true,
    help: 'packets from wrong sources, see [Latching](latching.md)',
  },
  {
    name: 'npkts_refused',
    total: 'packetsRefused',
    ours: true,
    help: 'packets that the kernel did not take for sending: a firewall of this host, no route, a full send queue',
  },
  {
    name: 'npkts_denied',
    total: 'packetsDenied',
    ours: true,
    help: 'packets not sent, not copied or not taken because of the address of the other end, see [Operating](operate.md)',
  },
  {
    name: 'npkts_looped',
    total: 'packetsLooped',
    ours: true,
    help: 'packets that went round and round between sessions of the daemon, and were dropped',
  },
  {
    name: 'npkts_unwatched',
    total: 'watchedLost',
    ours: true,
    help: 'packets that [modules](modules.md) were not shown, because a party sent too many or the daemon was too busy; they were relayed all the same',
  },
  { name: 'total_duration', real: true, help: 'seconds that ended sessions have lasted, together' },
  { name: 'ncmds_rcvd', help: 'commands received, malformed ones and this one included, repeated ones not' },
  { name: 'ncmds_rcvd_ndups', help: 'repeated commands, which got the same reply again' },
  { name: 'ncmds_succd', help: 'commands that succeeded' },
  { name: 'ncmds_errs', help: 'commands answered with an error, or with the `0` of L' },
  { name: 'ncmds_repld', help: 'replies made' },
  {
    name: 'rtpa_nsent',
    help: 'RTP packets that were to come by their sequence numbers; of ended sessions, as all `rtpa_`',
  },
  { name: 'rtpa_nrcvd', help: 'RTP packets that came, each counted once' },
  { name: 'rtpa_ndups', help: 'RTP packets that came again' },
  { name: 'rtpa_nlost', help: 'RTP packets that did not come: `rtpa_nsent` less `rtpa_nrcvd`' },
  { name: 'rtpa_perrs', help: 'packets on RTP ports that are no RTP' },
  { name: 'nrecs_lost', ours: true, help: 'records of ended calls (`--call-records`) that could not be written' },
  { name: 'nhooks_succd', ours: true, help: 'runs of the command of `--recording-done` that ended with exit code 0' },
  {
    name: 'nhooks_errs',
    ours: true,
    help: 'runs of it that failed: another exit code, ended by a signal or after their time, or not started',
  },
  {
    name: 'nhooks_lost',
    ours: true,
    help: 'recordings for which it was not run: too many waited for it, or the daemon ended',
  },
  {
    name: 'pps_in',
    total: 'packetsPerSecond',
    real: true,
    help: 'packets received in a second, by the last full one',
  },
] as const satisfies readonly DaemonStatistic[];

/** Every name of Q (protocol.md 8.7), with those answered by default first. */
export const SESSION_STATISTICS = [
  { name: 'ttl', byDefault: true, help: 'seconds until the session times out: those of the leg with fewer' },
  { name: 'npkts_ina', byDefault: true, help: 'RTP packets received from the party' },
  { name: 'npkts_ino', byDefault: true, help: 'RTP packets received from the other party' },
  { name: 'nrelayed', byDefault: true, help: 'RTP packets sent on, both directions' },
  { name: 'ndropped', byDefault: true, help: 'RTP packets thrown away, both directions' },
  { name: 'longest_ipi', real: true, help: 'seconds of the longest pause between two RTP packets of the party' },
  {
    name: 'rtpa_jlast',
    real: true,
    help: "present jitter of the party's RTP, in units of its time stamps (8 a millisecond with 8 kHz codecs)",
  },
  { name: 'rtpa_jmax', real: true, help: 'highest jitter, in the same units' },
  { name: 'rtpa_javg', real: true, help: 'average jitter, in the same units' },
  { name: 'rtpa_nsent', help: 'RTP packets of the party that were to come by their sequence numbers' },
  { name: 'rtpa_nrcvd', help: 'RTP packets of the party that came, each counted once' },
  { name: 'rtpa_ndups', help: 'RTP packets of the party that came again' },
  { name: 'rtpa_nlost', help: 'RTP packets of the party that did not come: `rtpa_nsent` less `rtpa_nrcvd`' },
  { name: 'rtpa_perrs', help: 'packets on the RTP port of the party that are no RTP' },
] as const satisfies readonly SessionStatistic[];

type DaemonRow = (typeof DAEMON_STATISTICS)[number];
type SessionRow = (typeof SESSION_STATISTICS)[number];

export type StatsName = DaemonRow['name'];
export type QueryName = SessionRow['name'];
export type DefaultQueryName = Extract<SessionRow, { readonly byDefault: true }>['name'];
/** Names of G that the control plane counts. */
export type CounterName = Exclude<DaemonRow, { readonly total: string }>['name'];

/** Every name of G. */
export const STATS_NAMES: readonly StatsName[] = DAEMON_STATISTICS.map(({ name }) => name);
/** Every name of Q; `a` is the party of the first tag, `o` the other one. */
export const QUERY_NAMES: readonly QueryName[] = SESSION_STATISTICS.map(({ name }) => name);
/** The names that Q answers when none are given. */
export const DEFAULT_QUERY_NAMES: readonly DefaultQueryName[] = SESSION_STATISTICS.flatMap((row) =>
  'byDefault' in row ? [row.name] : [],
);
/** Names of G that the control plane counts. */
export const COUNTER_NAMES: readonly CounterName[] = DAEMON_STATISTICS.flatMap((row) =>
  'total' in row ? [] : [row.name],
);
