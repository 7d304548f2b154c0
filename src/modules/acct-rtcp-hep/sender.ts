import type { Losses } from './losses.ts';

/** Brings packets to a collector. Nothing waits for it: what it cannot take is lost and counted. */
export interface HepSender {
  /** Longer ones cannot be sent. */
  readonly maxBytes: number;
  send(packet: Buffer): void;
  /** Sends what waits if that goes within `ms` milliseconds. */
  close(ms: number): Promise<void>;
}

/** The collector, by its numeric address, and who hears of what became of packets. */
export interface SenderParts {
  readonly host: string;
  readonly port: number;
  readonly losses: Losses;
  /** The kernel has taken so many. */
  delivered(count: number): void;
  log(level: 'INFO' | 'WARN', text: string): void;
}

/** `127.0.0.1:9060`, `[::1]:9060`. */
export function collectorText({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
