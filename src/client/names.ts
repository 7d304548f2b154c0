/** Figures of a session that Q answers when none are named (protocol.md 8.7). */
export const DEFAULT_QUERY_NAMES = ['ttl', 'npkts_ina', 'npkts_ino', 'nrelayed', 'ndropped'] as const;

/** Every figure of a session (protocol.md 8.7); `a` is the party of the first tag, `o` the other one. */
export const QUERY_NAMES = [
  ...DEFAULT_QUERY_NAMES,
  'longest_ipi',
  'rtpa_jlast',
  'rtpa_jmax',
  'rtpa_javg',
  'rtpa_nsent',
  'rtpa_nrcvd',
  'rtpa_ndups',
  'rtpa_nlost',
  'rtpa_perrs',
] as const;

/** Every counter of the daemon (protocol.md 8.8); the C daemon does not know `npkts_ignored`. */
export const STATS_NAMES = [
  'nsess_created',
  'nsess_destroyed',
  'nsess_timeout',
  'nsess_complete',
  'nsess_nortp',
  'nsess_owrtp',
  'nsess_nortcp',
  'nsess_owrtcp',
  'nplrs_created',
  'nplrs_destroyed',
  'npkts_rcvd',
  'npkts_played',
  'npkts_relayed',
  'npkts_resizer_in',
  'npkts_resizer_out',
  'npkts_resizer_discard',
  'npkts_discard',
  'npkts_ignored',
  'total_duration',
  'ncmds_rcvd',
  'ncmds_rcvd_ndups',
  'ncmds_succd',
  'ncmds_errs',
  'ncmds_repld',
  'rtpa_nsent',
  'rtpa_nrcvd',
  'rtpa_ndups',
  'rtpa_nlost',
  'rtpa_perrs',
  'pps_in',
] as const;

export type QueryName = (typeof QUERY_NAMES)[number];
export type DefaultQueryName = (typeof DEFAULT_QUERY_NAMES)[number];
export type StatsName = (typeof STATS_NAMES)[number];
