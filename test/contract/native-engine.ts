import { constants } from 'node:os';
import type { TestContext } from 'node:test';
import { CONSTANTS, EVENT, type SessionFigures } from '../../src/addon/contract.ts';
import { sessionFigures, sessionRow } from '../../src/addon/figures.ts';
import { loadNative } from '../../src/addon/loader.ts';
import type { NativeEngine, NativeEngineOptions, SessionHandle } from '../../src/addon/types.ts';
import { freeUdpPort } from '../helpers/udp-port.ts';

export const OPTIONS: NativeEngineOptions = {
  workers: 1,
  independentTtl: false,
  duplicateSmall: false,
  playTtl: 3600,
  guarded: false,
  verbose: true,
  batchWindow: CONSTANTS.autoWindow,
  workerCpus: [],
  io: 'auto',
};

/** The engine as the addon exports it, closed at the end of the test. */
export function openEngine(
  t: TestContext,
  options: Partial<NativeEngineOptions> = {},
  onEvents = () => {},
): NativeEngine {
  const { NativeEngine } = loadNative();
  const engine = new NativeEngine({ ...OPTIONS, ...options }, onEvents);
  t.after(() => engine.close());
  return engine;
}

/** Opens a pair of ports that the kernel had free; the RTP port. */
export async function openPorts(
  engine: NativeEngine,
  session: SessionHandle,
  leg: number,
  host = '127.0.0.1',
): Promise<number> {
  for (;;) {
    const port = await freeUdpPort(host);
    if (port === 65535) continue;
    const errno = engine.openLeg(session, leg, host, port, CONSTANTS.noTos);
    if (errno === 0) return port;
    if (errno !== constants.errno.EADDRINUSE) throw new Error(`openLeg: errno ${errno}`);
  }
}

/** A complete session on 127.0.0.1: the ports of leg 0 and leg 1. */
export async function openCall(
  engine: NativeEngine,
): Promise<{ session: SessionHandle; ports: readonly [number, number] }> {
  const session = engine.createSession(60, 60);
  const ports = [await openPorts(engine, session, 0), await openPorts(engine, session, 1)] as const;
  engine.complete(session);
  return { session, ports };
}

/** Event records, as many as there are. */
export function drain(engine: NativeEngine, room = 256): Buffer[] {
  const buffer = Buffer.alloc(room * EVENT.size);
  const count = engine.drainEvents(buffer);
  return Array.from({ length: count }, (_, i) => Buffer.from(buffer.subarray(i * EVENT.size, (i + 1) * EVENT.size)));
}

/** The figures of a session that is there. */
export function snapshot(engine: NativeEngine, session: SessionHandle): SessionFigures {
  const row = sessionRow();
  const errno = engine.snapshot(session, row);
  if (errno !== 0) throw new Error(`snapshot: errno ${errno}`);
  return sessionFigures(row);
}
