import { constants } from 'node:os';
import type { TestContext } from 'node:test';
import { loadNative } from '../../src/addon/loader.ts';
import {
  AUTO_WINDOW,
  EVENT_SIZE,
  IO,
  type NativeEngine,
  type NativeEngineOptions,
  NO_TOS,
} from '../../src/addon/types.ts';
import { freeUdpPort } from '../helpers/udp-port.ts';

export const OPTIONS: NativeEngineOptions = {
  workers: 1,
  independentTtl: false,
  duplicateSmall: false,
  playTtl: 3600,
  guarded: false,
  verbose: true,
  batchWindow: AUTO_WINDOW,
  workerCpus: [],
  io: IO.auto,
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
  session: number,
  leg: number,
  host = '127.0.0.1',
): Promise<number> {
  for (;;) {
    const port = await freeUdpPort(host);
    if (port === 65535) continue;
    const errno = engine.openLeg(session, leg, host, port, NO_TOS);
    if (errno === 0) return port;
    if (errno !== constants.errno.EADDRINUSE) throw new Error(`openLeg: errno ${errno}`);
  }
}

/** A complete session on 127.0.0.1: the ports of leg 0 and leg 1. */
export async function openCall(engine: NativeEngine): Promise<{ session: number; ports: readonly [number, number] }> {
  const session = engine.createSession(60);
  const ports = [await openPorts(engine, session, 0), await openPorts(engine, session, 1)] as const;
  engine.complete(session);
  return { session, ports };
}

/** Event records, as many as there are. */
export function drain(engine: NativeEngine, room = 256): Buffer[] {
  const buffer = Buffer.alloc(room * EVENT_SIZE);
  const count = engine.drainEvents(buffer);
  return Array.from({ length: count }, (_, i) => Buffer.from(buffer.subarray(i * EVENT_SIZE, (i + 1) * EVENT_SIZE)));
}
