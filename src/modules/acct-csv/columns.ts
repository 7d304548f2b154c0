import type { AddressFigures, ChannelFigures, LegFigures } from '../../addon/contract.ts';
import { peerHost } from '../../addon/endpoint.ts';
import type { SessionLeg } from '../../session/session.ts';
import type { EndedSession } from '../module.ts';
import { csvLine } from './csv.ts';

/** Of the format, not of the daemon. */
const VERSION = '1.2';

/** What a row has besides the session. */
export interface RowOrigin {
  /** Name of the host. */
  readonly node: string;
  readonly pid: number;
  /** Names the session within the life of the process. */
  readonly uid: number;
}

/** All that the columns are made from. */
interface Facts extends RowOrigin {
  readonly ended: EndedSession;
}

type Column = readonly [name: string, value: (facts: Facts) => string];
type LegColumn = readonly [name: string, value: (leg: LegFigures) => string];

/** In the names of columns the callee is `o`, the party that the port of U is for, and the caller is `a`. */
const SIDES = { o: 0, a: 1 } as const;
type Side = keyof typeof SIDES;

const real = (value: number): string => value.toFixed(6);
const whole = (value: number): string => String(value);

/** `NAME_inSIDE`, of the figures of a leg. */
function legColumns(side: Side, columns: readonly LegColumn[]): Column[] {
  const leg = SIDES[side];
  return columns.map(([name, value]) => [`${name}_in${side}`, ({ ended }) => value(ended.figures.legs[leg])]);
}

const FIRST_AND_LAST: readonly LegColumn[] = [
  ['first_rtp_ts', ({ firstIn }) => real(firstIn)],
  ['last_rtp_ts', ({ lastIn }) => real(lastIn)],
];

const STREAM: readonly LegColumn[] = [
  ['rtpa_nsent', ({ sent }) => whole(sent)],
  ['rtpa_nrcvd', ({ received }) => whole(received)],
  ['rtpa_ndups', ({ duplicates }) => whole(duplicates)],
  ['rtpa_nlost', ({ sent, received }) => whole(sent - received)],
  ['rtpa_perrs', ({ parseErrors }) => whole(parseErrors)],
  ['rtpa_ssrc_last', ({ ssrc, ssrcChanges }) => (ssrcChanges === 0 ? '' : ssrcText(ssrc))],
  ['rtpa_ssrc_cnt', ({ ssrcChanges }) => whole(ssrcChanges)],
  ['rtpa_pt_last', ({ lastPayload }) => whole(lastPayload)],
];

const JITTER: readonly LegColumn[] = [
  ['rtpa_jitter_last', ({ jitterLast }) => real(jitterLast)],
  ['rtpa_jitter_max', ({ jitterMax }) => real(jitterMax)],
  ['rtpa_jitter_avg', ({ jitterAvg }) => real(jitterAvg)],
];

function ssrcText(ssrc: number): string {
  return `0x${ssrc.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** Packets of one channel: received, caller first, then relayed and dropped of both. */
function channelColumns(channel: 'rtp' | 'rtcp'): Column[] {
  const sum =
    (fate: keyof ChannelFigures) =>
    ({ ended }: Facts): string => {
      const [callee, caller] = ended.figures.legs;
      return whole(callee[channel][fate] + caller[channel][fate]);
    };
  const received: LegColumn = [`${channel}_npkts`, (leg) => whole(leg[channel].received)];
  return [
    ...legColumns('a', [received]),
    ...legColumns('o', [received]),
    [`${channel}_nrelayed`, sum('relayed')],
    [`${channel}_ndropped`, sum('dropped')],
  ];
}

/** Where packets to a party went; both empty when that was never known. */
function addressColumns(channel: 'rtp' | 'rtcp', address: (leg: LegFigures) => AddressFigures): Column[] {
  return (['o', 'a'] as const).flatMap((side): Column[] => {
    const of = ({ ended }: Facts) => address(ended.figures.legs[SIDES[side]]);
    return [
      [`rtpp_${channel}_rmt_ip_${side}`, (facts) => peerHost(of(facts))],
      [`rtpp_${channel}_rmt_pt_${side}`, (facts) => (of(facts).family === 0 ? '' : whole(of(facts).port))],
    ];
  });
}

/** Of what signalling said about both parties. */
function signalledColumns(name: string, value: (leg: SessionLeg) => string): Column[] {
  return (['o', 'a'] as const).map((side) => [
    `${name}_${side}`,
    ({ ended }) => value(ended.session.legs[SIDES[side]]),
  ]);
}

/** All columns in their order; docs/modules.md says what they mean. */
const COLUMNS: readonly Column[] = [
  ['rec_ver', () => VERSION],
  ['rtpp_node_id', ({ node }) => node],
  ['rtpp_pid', ({ pid }) => whole(pid)],
  ['sess_uid', ({ uid }) => whole(uid)],
  ['call_id', ({ ended }) => ended.session.callId],
  ['from_tag', ({ ended }) => ended.session.fromTag],
  ['setup_ts', ({ ended }) => real(ended.setupAt)],
  ['teardown_ts', ({ ended }) => real(ended.endedAt)],
  ...legColumns('o', FIRST_AND_LAST),
  ...legColumns('a', FIRST_AND_LAST),
  ...channelColumns('rtp'),
  ...channelColumns('rtcp'),
  ...legColumns('o', STREAM),
  ...legColumns('a', STREAM),
  ...legColumns('o', JITTER),
  ...legColumns('a', JITTER),
  ...addressColumns('rtp', ({ media }) => media),
  ...addressColumns('rtcp', ({ rtcpMedia }) => rtcpMedia),
  ...signalledColumns('rtpp_hld_sts', ({ peer }) => (peer?.kind === 'hold' ? 't' : 'f')),
  ...signalledColumns('rtpp_hld_cnt', ({ holds }) => whole(holds)),
];

/** Names of the columns, as a line. */
export const HEADER = csvLine(COLUMNS.map(([name]) => name));

/** A session as a line; one character is one byte. */
export function rowOf(ended: EndedSession, origin: RowOrigin): string {
  const facts = { ended, ...origin };
  return csvLine(COLUMNS.map(([, value]) => value(facts)));
}
