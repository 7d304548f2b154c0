import assert from 'node:assert/strict';
import type { LegIndex } from '../../../../src/addon/types.ts';
import definition from '../../../../src/modules/catch-dtmf/catch-dtmf.ts';
import type { DtmfEvent, Module, ModuleServices, WatchedPacket } from '../../../../src/modules/module.ts';
import type { NotifyDestination, Session } from '../../../../src/session/session.ts';
import { type EventFields, eventPacket } from './event-packets.ts';

const ADDRESS = { host: '127.0.0.1', port: 4000, family: 4 } as const;

/** A module with services that only write down what they are asked for. */
export class CatchDtmfRig {
  readonly watched: unknown[][] = [];
  readonly lines: string[] = [];
  readonly log: string[] = [];
  readonly events: DtmfEvent[] = [];
  readonly counts = { delivered: 0, lost: 0 };
  destination: NotifyDestination | undefined;
  readonly module: Module;

  constructor() {
    const services: ModuleServices = {
      label: 'catch_dtmf',
      startDirectory: '/',
      log: (level, text, callId) => void this.log.push(`${level}:${callId}: ${text}`),
      sessions: () => [],
      figures: () => [],
      watchPayloads: (session, ...rest) => void this.watched.push([session.callId, ...rest]),
      publishDtmf: (event) => void this.events.push(event),
      notify: (destination, line) => {
        this.destination = destination;
        this.lines.push(line);
      },
      count: (what, amount = 1) => {
        this.counts[what] += amount;
      },
    };
    const module = definition.create(new Map(), services);
    assert.ok(!(module instanceof Promise));
    this.module = module;
  }

  ask(session: Session, leg: LegIndex, ...args: string[]) {
    return this.module.subCommand?.({ session, leg, args });
  }

  receive(session: Session, leg: LegIndex, ...events: EventFields[]): void {
    for (const event of events) this.module.rtp?.(this.packet(session, leg, eventPacket(event)));
  }

  packet(session: Session, leg: LegIndex, data: Uint8Array): WatchedPacket {
    return { session, leg, channel: 'RTP', arrivedAt: 1_700_000_000.5, source: ADDRESS, local: ADDRESS, data };
  }

  take(): string[] {
    return this.lines.splice(0);
  }
}
