import type { CounterName } from '../protocol/statistics.ts';
import { COMMAND_NAMES, COMMAND_RESULTS } from './command-meter.ts';
import type { DaemonFigures } from './daemon-figures.ts';
import type { Distribution } from './distribution.ts';

/** One series of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A metric as Prometheus has it. Its series are the same from the start to the end of the daemon: labels are of lists that are
 * known then, never of what a party says.
 */
export type Family =
  | {
      readonly type: 'counter' | 'gauge';
      readonly name: string;
      readonly help: string;
      /** A number is a metric without labels. */
      readonly read: (figures: DaemonFigures) => number | readonly Sample[];
    }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly read: (figures: DaemonFigures) => Distribution;
    };

type Read = (figures: DaemonFigures) => number;

function gauge(name: string, help: string, read: (figures: DaemonFigures) => number | readonly Sample[]): Family {
  return { type: 'gauge', name, help, read };
}

function counter(name: string, help: string, read: (figures: DaemonFigures) => number | readonly Sample[]): Family {
  return { type: 'counter', name, help, read };
}

function histogram(name: string, help: string, read: (figures: DaemonFigures) => Distribution): Family {
  return { type: 'histogram', name, help, read };
}

const counted =
  (name: CounterName): Read =>
  ({ counters }) =>
    counters.get(name);

/** A series for each of some values of one label. */
const by =
  (label: string, reads: Readonly<Record<string, Read>>) =>
  (figures: DaemonFigures): Sample[] =>
    Object.entries(reads).map(([value, read]) => ({ labels: { [label]: value }, value: read(figures) }));

/** Counted for both protocols together, and for RTCP alone. */
const byProtocol = (both: Read, rtcp: Read) => by('proto', { rtp: (figures) => both(figures) - rtcp(figures), rtcp });

const SESSIONS: readonly Family[] = [
  gauge('rtpproxy_sessions', 'Sessions: calls, or media of them.', ({ sessions }) => sessions),
  counter('rtpproxy_sessions_created_total', 'Sessions created by U.', counted('nsess_created')),
  counter(
    'rtpproxy_sessions_completed_total',
    'Sessions that both parties were signalled for.',
    counted('nsess_complete'),
  ),
  counter(
    'rtpproxy_sessions_ended_total',
    'Sessions that have ended: by a command or with the daemon, or because no media came.',
    by('reason', {
      deleted: ({ counters }) => counters.get('nsess_destroyed') - counters.get('nsess_timeout'),
      timeout: counted('nsess_timeout'),
    }),
  ),
  counter(
    'rtpproxy_sessions_one_way_total',
    'Complete sessions that ended with packets from one party only.',
    by('proto', { rtp: counted('nsess_owrtp'), rtcp: counted('nsess_owrtcp') }),
  ),
  counter(
    'rtpproxy_sessions_silent_total',
    'Complete sessions that ended without any packet.',
    by('proto', { rtp: counted('nsess_nortp'), rtcp: counted('nsess_nortcp') }),
  ),
];

const PACKETS: readonly Family[] = [
  counter(
    'rtpproxy_packets_received_total',
    'Packets received by complete sessions.',
    byProtocol(
      ({ totals }) => totals.packetsReceived,
      ({ totals }) => totals.rtcpReceived,
    ),
  ),
  counter(
    'rtpproxy_packets_relayed_total',
    'Packets sent on to the other party: those that the kernel took.',
    byProtocol(
      ({ totals }) => totals.packetsRelayed,
      ({ totals }) => totals.rtcpRelayed,
    ),
  ),
  counter(
    'rtpproxy_packets_dropped_total',
    'Packets thrown away: before the session was complete, ignored, without a destination, under a prompt.',
    byProtocol(
      ({ totals }) => totals.packetsDiscarded,
      ({ totals }) => totals.rtcpDiscarded,
    ),
  ),
  counter(
    'rtpproxy_packets_ignored_total',
    'Packets from wrong sources; they are among those dropped.',
    byProtocol(
      ({ totals }) => totals.packetsIgnored,
      ({ totals }) => totals.rtcpIgnored,
    ),
  ),
  counter(
    'rtpproxy_packets_denied_total',
    'Packets that the address of the other end forbids.',
    ({ totals }) => totals.packetsDenied,
  ),
  counter(
    'rtpproxy_packets_looped_total',
    'Packets that went round between sessions.',
    ({ totals }) => totals.packetsLooped,
  ),
  counter('rtpproxy_packets_played_total', 'Packets of prompts that were sent.', ({ totals }) => totals.packetsPlayed),
  counter(
    'rtpproxy_resizer_packets_total',
    'Packets that went into re-packetising, came out of it, and came too late for it.',
    by('fate', {
      in: ({ totals }) => totals.resizerIn,
      out: ({ totals }) => totals.resizerOut,
      discarded: ({ totals }) => totals.resizerDiscarded,
    }),
  ),
  counter(
    'rtpproxy_send_errors_total',
    'Packets that the kernel did not take for sending.',
    ({ totals }) => totals.packetsRefused,
  ),
  counter(
    'rtpproxy_kernel_drops_total',
    'Packets that found the receive queue of a media socket full.',
    ({ totals }) => totals.kernelDrops,
  ),
  counter(
    'rtpproxy_events_dropped_total',
    'Informational events of the relay workers that found their queue full.',
    ({ totals }) => totals.eventsDropped,
  ),
  counter('rtpproxy_recorded_packets_total', 'Packets in recordings.', ({ totals }) => totals.packetsRecorded),
  counter(
    'rtpproxy_recorder_lost_packets_total',
    'Packets that recordings lack because the disk was slow or full.',
    ({ totals }) => totals.recordsLost,
  ),
  counter('rtpproxy_watched_packets_total', 'Packets shown to modules.', ({ totals }) => totals.packetsWatched),
  counter(
    'rtpproxy_watched_lost_packets_total',
    'Packets that modules were not shown, beyond the share of a stream or because the queue was full; they were relayed all the same.',
    ({ totals }) => totals.watchedLost,
  ),
  counter(
    'rtpproxy_module_records_total',
    'What modules have sent or written (rows, packets, notifications), and what they had to give up.',
    ({ modules }) =>
      modules.flatMap(({ label: module, delivered, lost }) => [
        { labels: { module, result: 'delivered' }, value: delivered },
        { labels: { module, result: 'lost' }, value: lost },
      ]),
  ),
];

const COMMANDS: readonly Family[] = [
  counter('rtpproxy_commands_total', 'Commands by verb; L without a session is an error.', ({ commands, control }) =>
    COMMAND_NAMES.flatMap((verb) =>
      COMMAND_RESULTS.map((result) => {
        // V and VF over UDP are answered by the control thread.
        const elsewhere = verb === 'version' && result === 'ok' ? control.answered : 0;
        return { labels: { verb, result }, value: commands.count(verb, result) + elsewhere };
      }),
    ),
  ),
  histogram(
    'rtpproxy_command_duration_seconds',
    'Time from a command to its reply.',
    ({ commands }) => commands.duration,
  ),
  counter(
    'rtpproxy_commands_repeated_total',
    'Repeated commands over UDP that got their reply again.',
    ({ control }) => control.repeated,
  ),
  counter(
    'rtpproxy_control_datagrams_dropped_total',
    'Datagrams at control sockets that were dropped: because a bound was reached, or because of their sender.',
    by('reason', { bound: ({ control }) => control.dropped, sender: ({ control }) => control.denied }),
  ),
];

const CALLS: readonly Family[] = [
  histogram('rtpproxy_call_duration_seconds', 'Duration of ended sessions.', ({ calls }) => calls.duration),
  histogram(
    'rtpproxy_stream_mos',
    'Mean opinion score of the RTP of one party, at the end of the session.',
    ({ calls }) => calls.mos,
  ),
  histogram(
    'rtpproxy_stream_loss_ratio',
    'Lost packets of the RTP of one party, at the end of the session.',
    ({ calls }) => calls.loss,
  ),
  histogram(
    'rtpproxy_stream_jitter_seconds',
    'Jitter of the RTP of one party, at the end of the session.',
    ({ calls }) => calls.jitter,
  ),
];

const RECORDS: readonly Family[] = [
  counter(
    'rtpproxy_call_records_lost_total',
    'Records of ended calls that could not be written.',
    counted('nrecs_lost'),
  ),
];

const RECORDINGS: readonly Family[] = [
  counter(
    'rtpproxy_recording_done_total',
    'Finished recordings by what became of the command of --recording-done: it succeeded, it failed, it was not run.',
    by('result', { ok: counted('nhooks_succd'), error: counted('nhooks_errs'), lost: counted('nhooks_lost') }),
  ),
];

const DAEMON: readonly Family[] = [
  gauge('rtpproxy_build_info', 'Versions, and how packets come in and go out.', ({ version, io }) => [
    { labels: { version, node: process.version, io }, value: 1 },
  ]),
  gauge('rtpproxy_draining', 'Whether no new sessions are taken.', ({ draining }) => Number(draining)),
  gauge('rtpproxy_port_pairs', 'Pairs of media ports by local address.', ({ ports }) =>
    ports.flatMap(({ address, used, free }) => [
      { labels: { address, state: 'used' }, value: used },
      ...(free === undefined ? [] : [{ labels: { address, state: 'free' }, value: free }]),
    ]),
  ),
  gauge('rtpproxy_recordings', 'Files that are recorded into.', ({ recordings }) => recordings),
  gauge(
    'rtpproxy_players',
    'Prompts that are played.',
    ({ counters }) => counters.get('nplrs_created') - counters.get('nplrs_destroyed'),
  ),
  counter('rtpproxy_worker_cpu_seconds_total', 'Processor time of a relay worker.', ({ workers }) =>
    workers.map(({ cpuSeconds }, worker) => ({ labels: { worker: String(worker) }, value: cpuSeconds })),
  ),
  counter('rtpproxy_worker_packets_total', 'Packets received by a relay worker.', ({ workers }) =>
    workers.map(({ packetsReceived }, worker) => ({ labels: { worker: String(worker) }, value: packetsReceived })),
  ),
];

/** Every metric of our own. */
export const FAMILIES: readonly Family[] = [
  ...SESSIONS,
  ...PACKETS,
  ...COMMANDS,
  ...CALLS,
  ...RECORDS,
  ...RECORDINGS,
  ...DAEMON,
];
