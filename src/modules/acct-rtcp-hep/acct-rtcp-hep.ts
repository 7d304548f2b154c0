import { firstAddress, HostError } from '../../config/resolve-host.ts';
import { strerror } from '../../log/strerror.ts';
import type { Session } from '../../session/session.ts';
import {
  type DtmfEvent,
  type EndedSession,
  type Module,
  type ModuleDefinition,
  type ModuleServices,
  ModuleStartError,
  type WatchedPacket,
} from '../module.ts';
import { Capture } from './capture.ts';
import { dtmfLog } from './dtmf-log.ts';
import { HEP_TYPES, type HepPacket } from './hep.ts';
import { Losses } from './losses.ts';
import { QualityReports } from './quality-reports.ts';
import { ReportShare, sizeOf } from './report-share.ts';
import { rtcpJson, splitReports } from './rtcp-json.ts';
import { RtcpError, type RtcpReport, rtcpReports } from './rtcp-reports.ts';
import type { HepSender, SenderParts } from './sender.ts';
import { type HepSettings, readSettings, SETTING_NAMES } from './settings.ts';
import { TcpSender } from './tcp-sender.ts';
import { UdpSender } from './udp-sender.ts';

/** What there is beyond the C daemon, for all instances. */
export interface HepOptions {
  /** Reports about the quality of all streams are sent too. */
  readonly quality: boolean;
  /** One packet for each report block, as HOMER reads them. */
  readonly split: boolean;
  /** Authentication key. */
  readonly key: string | undefined;
}

/** What waits for the collector at the end gets a last chance, ms. */
const CLOSE_MS = 1000;
/** In the C daemon's words; that `getaddrinfo` failed is EINVAL there. */
const REFUSED = 'config() method has failed: acct_rtcp_hep';
const UNRESOLVED = 'Invalid argument (22)';

/** The module that sends RTCP to a HEP collector (docs/modules.md). */
export function acctRtcpHep(options: HepOptions): ModuleDefinition {
  return {
    name: 'acct_rtcp_hep',
    id: 2,
    needsSettings: true,
    hooks: { rtcp: true },
    settings: SETTING_NAMES,
    check: readSettings,
    create: (settings, services) => open(readSettings(settings), options, services),
  };
}

async function open(settings: HepSettings, options: HepOptions, services: ModuleServices): Promise<AcctRtcpHep> {
  const losses = new Losses(
    (lost) => services.count('lost', lost),
    (text) => services.log('WARN', text),
  );
  const parts: SenderParts = {
    host: await resolve(settings.host),
    port: settings.port,
    losses,
    delivered: (count) => services.count('delivered', count),
    log: (level, text) => services.log(level, text),
  };
  const sender = await connect(settings, parts);
  const capture = new Capture({ captureId: settings.captureId, key: options.key }, sender, losses);
  return new AcctRtcpHep(options, services, { sender, capture, losses });
}

async function resolve(host: string): Promise<string> {
  try {
    return await firstAddress(host);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new ModuleStartError(UNRESOLVED, [`capture: getaddrinfo: ${error.message}`, REFUSED]);
  }
}

async function connect({ protocol }: HepSettings, parts: SenderParts): Promise<HepSender> {
  try {
    return await (protocol === 'tcp' ? TcpSender.open(parts) : UdpSender.open(parts));
  } catch (error) {
    throw new ModuleStartError(strerror(error), [REFUSED]);
  }
}

interface Way {
  readonly sender: HepSender;
  readonly capture: Capture;
  readonly losses: Losses;
}

/** An instance: one collector. */
class AcctRtcpHep implements Module {
  readonly #options: HepOptions;
  readonly #services: ModuleServices;
  readonly #way: Way;
  readonly #quality: QualityReports | undefined;
  /** By leg. */
  readonly #shares = new WeakMap<Session, readonly [ReportShare, ReportShare]>();

  constructor(options: HepOptions, services: ModuleServices, way: Way) {
    this.#options = options;
    this.#services = services;
    this.#way = way;
    if (options.quality) this.#quality = new QualityReports(services, (packet) => way.capture.send(packet));
  }

  sessionCreated(session: Session): void {
    this.#quality?.created(session);
  }

  sessionEnded(ended: EndedSession): void {
    this.#quality?.ended(ended);
  }

  rtcp(packet: WatchedPacket): void {
    const reports = this.#read(packet);
    if (reports === undefined) return;
    const { capture, losses } = this.#way;
    const told = this.#shareOf(packet).take(reports, packet.arrivedAt);
    const lost = sizeOf(reports) - sizeOf(told);
    if (lost > 0) losses.add(lost, 'a party reports too much');
    if (this.#options.split) {
      for (const report of splitReports(told)) capture.send(rtcpPacket(packet, [report]));
    } else if (lost === 0 || told.length > 0) {
      capture.send(rtcpPacket(packet, told));
    }
  }

  dtmf(event: DtmfEvent): void {
    this.#way.capture.send(captured(HEP_TYPES.log, event.packet, dtmfLog(event)));
  }

  async stop(): Promise<void> {
    await this.#quality?.close();
    await this.#way.sender.close(CLOSE_MS);
    this.#way.losses.close();
  }

  #shareOf({ session, leg }: WatchedPacket): ReportShare {
    const shares = this.#shares.get(session) ?? ([new ReportShare(), new ReportShare()] as const);
    this.#shares.set(session, shares);
    return shares[leg];
  }

  #read({ data, session }: WatchedPacket): RtcpReport[] | undefined {
    try {
      return rtcpReports(data);
    } catch (error) {
      if (!(error instanceof RtcpError)) throw error;
      this.#services.log('ERR', `rtcp2json() failed: ${error.code}`, session.callId);
      return undefined;
    }
  }
}

function rtcpPacket(packet: WatchedPacket, reports: readonly RtcpReport[]): HepPacket {
  return captured(HEP_TYPES.rtcp, packet, rtcpJson(reports));
}

function captured(type: HepPacket['type'], packet: WatchedPacket, text: string): HepPacket {
  const { source, local: destination, arrivedAt: at, session } = packet;
  return { type, source, destination, at, correlationId: session.callId, payload: Buffer.from(text) };
}
