import type { CallView, LegView } from '../calls/view.ts';
import { healthOf, LEVELS } from './health.ts';

export type SortValue = number | string | null;

/** A column of the table. One of both legs sorts by the worse of them, or by their sum. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** Unit of its figures, under the title. */
  readonly unit: string;
  /** What is not clear from the title. */
  readonly help: string;
  readonly numeric: boolean;
  /** Which way it sorts first: the calls that need a look on top. */
  readonly descending: boolean;
  /** `elapsed`: seconds since the call was told. */
  readonly value: (call: CallView, elapsed: number) => SortValue;
}

const TEXT = { unit: '', help: '', numeric: false, descending: false };
const WORST = { help: '', numeric: true, descending: true };

export const COLUMNS: readonly Column[] = [
  {
    ...TEXT,
    key: 'health',
    title: 'State',
    help: 'The worst thing that the figures say',
    descending: true,
    value: (call, elapsed) => LEVELS.indexOf(healthOf(call, elapsed).level),
  },
  { ...TEXT, key: 'call', title: 'Call-ID', value: (call) => call.call_id },
  {
    ...WORST,
    key: 'age',
    title: 'Age',
    unit: '',
    value: (call) => -Date.parse(call.created_at),
  },
  {
    ...TEXT,
    key: 'address',
    title: 'Parties',
    help: 'Where media of the caller and of the callee goes',
    value: (call) => addressOf(call.caller) ?? addressOf(call.callee),
  },
  {
    ...TEXT,
    key: 'codec',
    title: 'Codec',
    value: (call) => codecOf(call.caller) ?? codecOf(call.callee),
  },
  {
    ...WORST,
    key: 'rate',
    title: 'Rate',
    unit: 'packets/s',
    value: (call) => sum(call, (leg) => leg.packets_per_second),
  },
  {
    ...WORST,
    key: 'loss',
    title: 'Loss',
    unit: '%',
    help: 'Packets that did not come from the party',
    value: (call) => largest(call, (leg) => leg.loss_percent),
  },
  {
    ...WORST,
    key: 'jitter',
    title: 'Jitter',
    unit: 'ms',
    value: (call) => largest(call, (leg) => leg.jitter_ms),
  },
  {
    ...WORST,
    key: 'mos',
    title: 'MOS',
    unit: '1–4.5',
    help: 'Listening quality of what comes from the party, by E-model',
    descending: false,
    value: (call) => smallest(call, (leg) => leg.mos_lq),
  },
  {
    ...TEXT,
    key: 'latch',
    title: 'Latch',
    help: 'How far the leg is with its party',
    value: (call) => call.caller.latch_state,
  },
  {
    ...WORST,
    key: 'ignored',
    title: 'Ignored',
    unit: 'packets',
    help: 'Packets of strangers, which were not passed on',
    value: (call) => sum(call, (leg) => leg.ignored_packets),
  },
  {
    ...TEXT,
    key: 'extras',
    title: 'Extras',
    help: 'Recorded, copied, resized, a prompt is played, on hold',
    descending: true,
    value: (call) => extrasOf(call.caller).length + extrasOf(call.callee).length,
  },
];

/** Where media of the leg goes, or what was signalled as long as nothing is known. */
export function addressOf(leg: LegView): string | null {
  return leg.remote_address ?? leg.signalled_address;
}

export function codecOf(leg: LegView): string | null {
  if (leg.codec !== null) return leg.codec;
  return leg.payload_type === null ? null : `PT ${leg.payload_type}`;
}

/** What is done with the media of a leg besides relaying it, in words of a few letters. */
export function extrasOf(leg: LegView): string[] {
  const words: [boolean, string][] = [
    [leg.recording, 'Rec'],
    [leg.copying, 'Copy'],
    [leg.playing, 'Play'],
    [leg.resized_to_ms !== null, `${leg.resized_to_ms} ms`],
    [leg.on_hold, 'Hold'],
  ];
  return words.flatMap(([on, word]) => (on ? [word] : []));
}

function legValues(call: CallView, value: (leg: LegView) => number | null): number[] {
  return [value(call.caller), value(call.callee)].filter((each) => each !== null);
}

function sum(call: CallView, value: (leg: LegView) => number | null): number | null {
  const values = legValues(call, value);
  return values.length === 0 ? null : values.reduce((total, each) => total + each, 0);
}

function largest(call: CallView, value: (leg: LegView) => number | null): number | null {
  const values = legValues(call, value);
  return values.length === 0 ? null : Math.max(...values);
}

function smallest(call: CallView, value: (leg: LegView) => number | null): number | null {
  const values = legValues(call, value);
  return values.length === 0 ? null : Math.min(...values);
}
