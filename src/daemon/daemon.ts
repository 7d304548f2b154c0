import type { SocketAddress } from '../addon/access.ts';
import type { Engine } from '../addon/engine.ts';
import { fileLimit, leavePool, sourceAddress, wallClock } from '../addon/host.ts';
import type { CommandContext } from '../commands/context.ts';
import { Dispatcher } from '../commands/dispatcher.ts';
import { servicePorts } from '../commands/service-ports.ts';
import type { Config } from '../config/config.ts';
import { parseNotifyTarget } from '../config/notify-target.ts';
import { hostResolver } from '../config/resolve-host.ts';
import type { CommandHandler, Peer } from '../control/transport.ts';
import type { Logger } from '../log/log.ts';
import type { DaemonLogger } from '../log/logger.ts';
import { Counters } from '../metrics/counters.ts';
import { SessionMetrics } from '../metrics/session-metrics.ts';
import type { ModuleHost, ModuleHostParts } from '../modules/host.ts';
import { Notifier } from '../notify/notifier.ts';
import { NotifyTargets } from '../notify/targets.ts';
import { Playback } from '../playback/playback.ts';
import { giveUpStartRights, releaseStartMemory } from '../process/after-start.ts';
import { assumeIdentity } from '../process/assume-identity.ts';
import { enterBackground, isBackgroundChild, reportReady, takeActivation } from '../process/daemonize.ts';
import { PidFile } from '../process/pid-file.ts';
import { applyProcessLimits } from '../process/process-limits.ts';
import { ServiceManager } from '../process/service-manager.ts';
import { handleSignals } from '../process/signals.ts';
import { claimUncaught } from '../process/uncaught.ts';
import { Copier } from '../recording/copier.ts';
import { DoneCommand } from '../recording/done-command.ts';
import { FileShelf } from '../recording/file-shelf.ts';
import { LegTaps } from '../recording/leg-taps.ts';
import { Recorder } from '../recording/recorder.ts';
import { Storage } from '../recording/storage.ts';
import { EngineEvents } from '../session/engine-events.ts';
import { LocalAddresses } from '../session/local-addresses.ts';
import { Lookups } from '../session/lookups.ts';
import { Observers } from '../session/observers.ts';
import { Sessions } from '../session/sessions.ts';
import { Access } from './access.ts';
import { Control } from './control.ts';
import { loadModuleHost, type ModuleHostMaker } from './modules.ts';
import type { Observation } from './observation.ts';
import { Reloader, type ReloadTargets } from './reloader.ts';
import { backendLine, startEngine } from './start-engine.ts';
import { startFaults } from './start-faults.ts';
import { announceStart } from './start-line.ts';

const WHERE = 'daemon';
/** Descriptors that a session is assumed to need, for the warning about the limit (cli.md 7.3). */
const FILES_PER_SESSION = 5;
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

/**
 * Runs the daemon until it is told to stop and resolves with its exit code. The composition root: everything is built,
 * wired, started and stopped here. `reread` reads the configuration again.
 * @throws ConfigError when it cannot start
 */
export async function runDaemon(
  config: Config,
  logger: DaemonLogger,
  reread: () => Promise<Config> = () => Promise.resolve(config),
): Promise<number> {
  const makeModuleHost = await loadModuleHost(config, (text) => logger.log('WARN', WHERE, text));
  const daemon = new Daemon(config, logger, reread, makeModuleHost);
  // Calls, their reports, recordings and notifications go on when no control socket is left that would keep Node's event loop
  // alive by chance, as after the end of input of `stdio:` (protocol.md 2.4).
  const keepAlive = setInterval(() => {}, LONGEST_INTERVAL_MS);
  try {
    await daemon.start();
    await daemon.finished;
    return 0;
  } finally {
    await daemon.stop();
    clearInterval(keepAlive);
  }
}

class Daemon {
  /** Resolves when the daemon has been told to end, or when it is drained. */
  readonly finished: Promise<void>;
  readonly #config: Config;
  readonly #logger: DaemonLogger;
  readonly #engine: Engine;
  readonly #access: Access;
  readonly #sessions: Sessions;
  readonly #counters = new Counters();
  readonly #observers: Observers;
  readonly #recorder: Recorder;
  readonly #recordingDone: DoneCommand | undefined;
  readonly #playback: Playback;
  readonly #events: EngineEvents;
  readonly #dispatcher: Dispatcher;
  readonly #modules: ModuleHost | undefined;
  readonly #notifier: Notifier;
  readonly #notifyTargets: NotifyTargets;
  readonly #reloader: Reloader;
  readonly #manager = new ServiceManager(process.env);
  readonly #finish: () => void;
  readonly #control = new Control();
  #observation: Observation | undefined;
  /** Lets commands go on that have come before modules had started. */
  #admitCommands = (): void => {};
  #pidFile: PidFile | undefined;
  #started = false;
  #ready = false;
  #draining = false;
  #stopping = false;
  #fileWarning: number;

  /** Nothing is left behind when it throws. */
  constructor(
    config: Config,
    logger: DaemonLogger,
    reread: () => Promise<Config>,
    makeModuleHost: ModuleHostMaker | undefined,
  ) {
    this.#config = config;
    this.#logger = logger;
    // Before the engine: on Linux priority and policy belong to a thread, and new threads inherit them.
    applyProcessLimits(config, logger);
    let finish = (): void => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
    this.#fileWarning = Math.floor((fileLimit() * 80) / (100 * FILES_PER_SESSION));

    this.#engine = startEngine(config, logger.enabled('INFO'), {
      event: (event) => this.#events.event(event),
      watched: (packet) => this.#modules?.watched(packet),
      retired: (handle, figures) => this.#events.retired(handle, figures),
      recording: (report) => this.#recorder.report(report),
      playerEnded: (token, finished) => this.#playback.ended(token, finished),
    });
    try {
      const counters = this.#counters;
      logger.log('INFO', WHERE, backendLine(this.#engine, config));
      this.#access = new Access(this.#engine, config);
      this.#playback = new Playback(this.#engine, counters, logger);
      const taps = new LegTaps(this.#engine);
      this.#recordingDone = createDoneCommand(config, counters, logger);
      this.#recorder = createRecorder(config, this.#engine, taps, this.#recordingDone, logger);
      this.#observers = new Observers([new SessionMetrics(counters, logger), this.#recorder, taps]);
      this.#sessions = new Sessions(sessionPolicy(config), this.#engine, this.#observers, logger);
      const resolve = hostResolver(config.resolve);
      this.#notifier = new Notifier(logger);
      this.#events = new EngineEvents(this.#sessions, logger, ({ notify }) => {
        if (notify !== undefined) this.#notifier.send(notify.destination, notify.tag);
      });
      this.#modules = makeModuleHost?.(this.#moduleParts());
      this.#notifyTargets = new NotifyTargets(config.notifyTargets.map(parseNotifyTarget));
      this.#reloader = new Reloader(config, reread, logger, this.#reloadTargets());
      const addresses = new LocalAddresses(config.listen, config.bridge, sourceAddress);
      const context: CommandContext = {
        sessions: this.#sessions,
        counters,
        totals: () => this.#engine.totals(),
        duplicates: () => this.#control.duplicates,
        answered: () => this.#control.answered,
        notifyTargets: this.#notifyTargets,
        playback: this.#playback,
        recorder: this.#recorder,
        copier: new Copier(config.recordRtcp, addresses, this.#engine, this.#sessions.ports, taps, resolve, logger),
        taps,
        modules: this.#modules,
        draining: () => this.#draining || this.#stopping,
        logger,
      };
      const { bridge } = addresses;
      const lookups = new Lookups(addresses, this.#access.reachesControlSocket);
      const takesModule = (id: number, instance: number) => this.#modules?.takes(id, instance) ?? false;
      this.#dispatcher = new Dispatcher(context, { bridge, servicePort: servicePorts(), takesModule }, lookups);
      this.#sessions.onEmpty = () => this.#endIfDrained();
    } catch (error) {
      this.#engine.close();
      throw error;
    }
  }

  async start(): Promise<void> {
    const config = this.#config;
    const logger = this.#logger;
    const handle = (command: Uint8Array, peer: Peer, room: number): string | Promise<string> => {
      const reply = this.#dispatcher.handle(command, peer, room);
      this.#warnAboutFiles();
      return reply;
    };
    const observation = await this.#observe();
    const handler = this.#afterModules((await observation?.measured(handle)) ?? handle);
    // Kept to the very end of the process: without them a late second signal would kill it instead of ending it. And from
    // the first socket on, so that a signal during the start leaves none behind.
    const stop = () => {
      this.#stopping = true;
      this.#finish();
    };
    const crash = () => {
      void this.#observation?.closeEndpoint();
      void this.#control.close();
      this.#onExit();
    };
    const drain = () => this.#drain();
    // Also on process.exit, which a second signal or an unexpected exception calls.
    process.on('exit', this.#onExit);
    process.on('exit', leavePool);
    handleSignals({ stop, drain, crash, reload: () => void this.#reload() }, logger);
    // Workers are woken once for a batch of commands, and before the first of its replies is sent.
    const observer = { begin: () => this.#engine.batchWakeups(true), end: () => this.#engine.batchWakeups(false) };
    const bound = (sockets: readonly SocketAddress[]) => this.#access.protect(sockets);
    await this.#control.open(config, handler, drain, { activation: takeActivation(), observer, bound, logger });
    await observation?.open();
    if (this.#stopping) return;
    const background = isBackgroundChild();
    enterBackground(config);
    logger.log('INFO', WHERE, `rtpproxy started, pid ${process.pid}`);
    this.#started = true;
    if (config.pidFile !== undefined) this.#pidFile = PidFile.open(config.pidFile, logger);
    if (config.identity !== undefined) assumeIdentity(config.identity);
    giveUpStartRights(logger);
    await this.#startModules();
    if (this.#stopping) return;
    // Not before: who gets an answer takes the daemon for ready.
    this.#answerVersions();
    for (const fault of startFaults(config)) logger.log('ERR', WHERE, fault);
    this.#pidFile?.write();
    reportReady(config);
    announceStart(config, this.#engine.backend().io, logger);
    logger.startEnded();
    releaseStartMemory();
    this.#ready = true;
    this.#manager.ready(background);
    // The relay workers have to answer too.
    this.#manager.watch(() => this.#engine.sync());
  }

  /** Ends everything, in the reverse order of the start. Safe after a start that failed half-way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#manager.stopping();
    await this.#observation?.closeEndpoint();
    this.#admitCommands();
    await this.#control.close();
    for (const session of this.#sessions.registry.all()) this.#sessions.remove(session);
    this.#sessions.sync();
    await Promise.all([this.#observation?.close(), this.#recorder.close(), this.#modules?.stop()]);
    await this.#recordingDone?.close();
    this.#manager.unwatch();
    this.#engine.close();
    await this.#notifier.close();
    this.#onExit();
    process.off('exit', this.#onExit);
    if (this.#started) this.#logger.log('INFO', WHERE, 'rtpproxy ended');
    this.#manager.exited();
  }

  /** What nobody asks for is not even loaded. */
  async #observe(): Promise<Observation | undefined> {
    const { callRecords, http } = this.#config;
    const modules = this.#modules;
    if (callRecords === undefined && http === undefined && modules === undefined) return undefined;
    const { Observation } = await import('./observation.ts');
    const parts = {
      engine: this.#engine,
      sessions: this.#sessions,
      recorder: this.#recorder,
      control: this.#control,
      counters: this.#counters,
      modules,
      ready: () => this.#ready && !this.#draining && !this.#stopping,
      draining: () => this.#draining || this.#stopping,
      stopping: () => this.#stopping,
    };
    this.#observation = new Observation(this.#config, parts, this.#logger);
    this.#observers.add(this.#observation.watch);
    if (modules !== undefined) this.#observers.add(modules);
    return this.#observation;
  }

  #moduleParts(): ModuleHostParts {
    return {
      engine: this.#engine,
      logger: this.#logger,
      startDirectory: process.cwd(),
      sessions: () => this.#sessions.registry.all(),
      session: (handle) => this.#sessions.registry.byHandle(handle) ?? this.#sessions.retiring(handle),
      notify: (destination, line) => this.#notifier.send(destination, line, true),
      digit: ({ session, leg, packet, ...digit }) =>
        this.#observation?.watch.digit(session, leg, digit, packet.arrivedAt * 1000),
      now: wallClock,
    };
  }

  #reloadTargets(): ReloadTargets {
    return {
      defaults: (defaults) => this.#sessions.changeDefaults(defaults),
      notifyTargets: (targets) => this.#notifyTargets.replace(targets),
      access: (changed) => this.#access.judgeBy(changed, this.#control),
      recordingDone: (changed) => this.#recordingDone?.change(changed),
      verbose: (verbose) => this.#engine.setVerbose(verbose),
      ended: () => this.#stopping,
    };
  }

  /** The same handler; what it is given before modules have started waits for that. */
  #afterModules(handler: CommandHandler): CommandHandler {
    if (this.#modules === undefined) return handler;
    let admitted = false;
    const admission = new Promise<void>((resolve) => {
      this.#admitCommands = () => {
        admitted = true;
        resolve();
      };
    });
    return (command, peer, room) => {
      if (admitted) return handler(command, peer, room);
      // The bytes are the transport's again once this has returned.
      const kept = Uint8Array.from(command);
      return admission.then(() => handler(kept, peer, room));
    };
  }

  /** With the rights that the daemon keeps: files of modules belong to whom it runs as. @throws ConfigError */
  async #startModules(): Promise<void> {
    if (this.#modules === undefined) return;
    claimUncaught(this.#modules.disableThrower);
    // A signal ends the wait for one that takes long.
    const started = this.#modules.start();
    await Promise.race([started, this.finished.then(() => void started.catch(() => undefined))]);
    this.#admitCommands();
  }

  readonly #onExit = (): void => {
    this.#pidFile?.remove();
    this.#recordingDone?.abort();
  };

  /** Slow shutdown: no new sessions, and the end with the last one (protocol.md 10). */
  #drain(): void {
    this.#draining = true;
    this.#manager.draining();
    this.#endIfDrained();
  }

  /** Whoever waits for the start is told by the start alone. */
  async #reload(): Promise<void> {
    if (this.#stopping) return;
    const announced = this.#ready;
    if (announced) this.#manager.reloading();
    await this.#reloader.reload();
    if (this.#stopping) return;
    this.#observation?.reopen();
    this.#modules?.reopen();
    if (this.#ready) this.#answerVersions();
    if (announced) this.#manager.reloaded();
  }

  #endIfDrained(): void {
    if (!this.#draining || this.#stopping || this.#sessions.registry.size > 0) return;
    this.#logger.log('INFO', WHERE, 'deorbiting-burn sequence completed, exiting');
    // The reply of the command that ended the last session goes out first.
    setImmediate(this.#finish);
  }

  /** The log of every command has V and VF too: they are then left to the dispatcher. */
  #answerVersions(): void {
    const logged = this.#logger.enabled('DBUG');
    this.#control.answerVersions(logged ? undefined : { notifications: this.#notifyTargets.configured });
  }

  #warnAboutFiles(): void {
    if (this.#sessions.registry.size <= this.#fileWarning) return;
    this.#fileWarning = Number.POSITIVE_INFINITY;
    this.#logger.log(
      'WARN',
      WHERE,
      `passed 80% threshold on the open file descriptors limit (${fileLimit()}), consider increasing the limit using -L ` +
        'command line option',
    );
  }
}

function sessionPolicy(config: Config) {
  const { ttl, setupTtl, tos, asymmetric } = config;
  const ports = { min: config.portMin, max: config.portMax, sequential: config.sequentialPorts };
  return { ttl, setupTtl, tos, asymmetric, ports };
}

function createRecorder(
  config: Config,
  engine: Engine,
  taps: LegTaps,
  done: DoneCommand | undefined,
  logger: Logger,
): Recorder {
  const { recordDirectory, spoolDirectory, recordRtcp: rtcp, recordAll: all } = config;
  const { recordFormat: format, pcap } = config;
  let shelf: FileShelf | undefined;
  if (recordDirectory !== undefined) {
    const spool = spoolDirectory === undefined ? undefined : new Storage(spoolDirectory);
    const companions = pcap ? 'pcap' : 'adhoc';
    shelf = new FileShelf(format, new Storage(recordDirectory), spool, engine, logger, undefined, companions);
    shelf.onFinished = (recording) => done?.finished(recording);
  }
  return new Recorder({ format, rtcp, all }, shelf, engine, taps, logger);
}

/** Also without a command: one can come when the configuration is read again. */
function createDoneCommand(config: Config, counters: Counters, logger: Logger): DoneCommand | undefined {
  const { recordDirectory: directory } = config;
  return directory === undefined ? undefined : new DoneCommand(config.recordingDone, { directory, counters, logger });
}
