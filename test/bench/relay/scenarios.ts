/** What a run does to a relay. */
export interface Scenario {
  readonly name: string;
  readonly sessions: number;
  /** Packets per second of each phone; 50 when absent. */
  readonly rate?: number;
  /** Of the media; 127.0.0.1 when absent. */
  readonly address?: string;
  /** Other sessions that are created and deleted per second while these talk. */
  readonly churn?: number;
  /** Everything is recorded. */
  readonly record?: boolean;
  /** More is sent than any relay can take, so losses say nothing. */
  readonly flood?: boolean;
  /** The sessions are silent: what they cost in memory. */
  readonly silent?: boolean;
  /** Sessions are added until packets are lost. */
  readonly search?: boolean;
}

const LIST: readonly Scenario[] = [
  { name: '100', sessions: 100 },
  { name: '300', sessions: 300 },
  { name: '1000', sessions: 1000 },
  { name: '4000', sessions: 4000 },
  { name: 'flood', sessions: 200, rate: 1000, flood: true },
  { name: 'churn', sessions: 100, churn: 50 },
  { name: 'record', sessions: 300, record: true },
  { name: 'ipv6', sessions: 300, address: '::1' },
  { name: 'memory', sessions: 1001, silent: true },
  { name: 'highest', sessions: 100, search: true },
];

export const SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
  LIST.map((scenario) => [scenario.name, scenario]),
);
