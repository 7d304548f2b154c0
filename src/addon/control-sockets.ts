import { MAX_REPLY } from '../protocol/limits.ts';
import type { AddressBlock, SocketAddress } from './access.ts';
import { CONTROL_FIGURES, CONTROL_REQUEST, type ControlFigures } from './contract.ts';
import type { NativeControlSockets } from './control-types.ts';
import { addressText } from './endpoint.ts';
import { EngineError } from './errors.ts';
import { loadNative } from './loader.ts';

/** Who sent a datagram. The same object stands for the same sender in consecutive datagrams. */
export interface Sender {
  /** Numeric address; that of an IPv4 client of a dual-stack socket is IPv4. */
  readonly host: string;
  readonly port: number;
}

/** Executes a command; the bytes are valid until it returns. Never throws. A promise delays only its own reply. */
export type CommandReceiver = (command: Uint8Array, sender: Sender, room: number) => string | Promise<string>;

/** Called around each batch of commands; `end` before the replies are sent. */
export interface BatchObserver {
  begin?(): void;
  end?(): void;
  /** Called now and then when datagrams were dropped because of their senders: how many so far, and the last sender. */
  denied?(count: number, host: string): void;
}

/** Commands executed before their replies are sent, and room for them. */
const BATCH = 16;
const BATCH_BYTES = 16 * 1024;
/** A command's integers in the array, and where each of them is. */
const REQUEST_FIELDS = place(CONTROL_REQUEST.size);
const ID = place(CONTROL_REQUEST.fields.id.offset);
const SOCKET = place(CONTROL_REQUEST.fields.socket.offset);
const OFFSET = place(CONTROL_REQUEST.fields.offset.offset);
const SIZE = place(CONTROL_REQUEST.fields.size.offset);
const ROOM = place(CONTROL_REQUEST.fields.room.offset);
const SENDER = place(CONTROL_REQUEST.fields.family.offset);
/** Of them, those that tell the sender: family, port, four of the address. */
const SENDER_FIELDS = REQUEST_FIELDS - SENDER;
/** Batches executed before the rest of the process gets its turn. */
const BATCHES_PER_TURN = 4;

/**
 * UDP control sockets on a native thread, which answers repeated commands, and `V` and `VF` if told to, by itself
 * (protocol.md 2.3). All other commands come here in batches.
 */
export class ControlSockets {
  readonly #native: NativeControlSockets;
  readonly #observer: BatchObserver | undefined;
  readonly #receivers = new Map<number, CommandReceiver>();
  /** Where the sockets are bound. */
  readonly #endpoints = new Map<number, SocketAddress>();
  readonly #senders = new SenderReader();
  readonly #bytes = Buffer.alloc(BATCH_BYTES);
  readonly #requests = new Int32Array(BATCH * REQUEST_FIELDS);
  readonly #texts = Buffer.alloc(BATCH * MAX_REPLY);
  readonly #ids = new Int32Array(BATCH);
  readonly #sizes = new Int32Array(BATCH);
  #replies = 0;
  #replyBytes = 0;
  #turn: NodeJS.Immediate | undefined;
  #closed = false;
  /** Told at 1, 10, 100 and so on. */
  #nextDenied = 1;

  /** Throws NativeAddonError, or EngineError when there is no thread or descriptor. */
  constructor(observer?: BatchObserver) {
    this.#observer = observer;
    const native = loadNative();
    try {
      this.#native = new native.NativeControlSockets(() => this.#work());
    } catch (error) {
      if (error instanceof Error && 'errno' in error)
        throw new EngineError(Number(error.errno), 'start of the control thread');
      throw error;
    }
  }

  /** Binds a numeric address and serves it; the socket's number. Throws EngineError. Port 0 lets the kernel choose. */
  open(host: string, port: number, receiver: CommandReceiver): number {
    const socket = this.#native.open(host, port);
    if (socket < 0) throw new EngineError(-socket, `binding ${host}:${port}`);
    this.#receivers.set(socket, receiver);
    this.#endpoints.set(socket, { host, port: this.#native.port(socket) });
    return socket;
  }

  /** Addresses of all open sockets. */
  get endpoints(): readonly SocketAddress[] {
    return [...this.#endpoints.values()];
  }

  /** Bound port. */
  port(socket: number): number {
    return this.#native.port(socket);
  }

  /** Replies that are still to come for it are not sent. */
  closeSocket(socket: number): void {
    this.#endpoints.delete(socket);
    if (!this.#receivers.delete(socket) || this.#closed) return;
    this.#native.closeSocket(socket);
  }

  /** Has `V` and `VF` answered without coming here; undefined: they are commands like others. */
  answerVersions(answers: { readonly base: string; readonly dates: readonly string[] } | undefined): void {
    if (answers === undefined) this.#native.leaveVersions();
    else this.#native.answerVersions(answers.base, answers.dates);
  }

  /** Commands of nobody else are taken from now on; an empty list is everybody. */
  allowOnly(blocks: readonly AddressBlock[]): void {
    this.#native.allowOnly(blocks);
  }

  figures(): ControlFigures {
    return this.#closed ? CONTROL_FIGURES : this.#native.figures();
  }

  /** Ends the thread; forgets all replies. Safe to call twice. */
  close(): void {
    this.#closed = true;
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#receivers.clear();
    this.#native.close();
  }

  #work(): void {
    for (let count = 0; count < BATCHES_PER_TURN; count++) {
      if (this.#closed) return;
      if (this.#executeBatch()) continue;
      // Woken for something else than commands.
      if (count === 0) this.#tellDenied();
      return;
    }
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#work();
    });
  }

  #tellDenied(): void {
    if (this.#closed || this.#observer?.denied === undefined) return;
    const { denied } = this.figures();
    if (denied < this.#nextDenied) return;
    while (this.#nextDenied <= denied) this.#nextDenied *= 10;
    this.#observer.denied(denied, this.#native.lastDenied());
  }

  /** False when there was nothing to do. */
  #executeBatch(): boolean {
    const count = this.#native.take(this.#bytes, this.#requests);
    if (count === 0) return false;
    this.#observer?.begin?.();
    try {
      for (let i = 0; i < count; i++) this.#execute(i * REQUEST_FIELDS);
    } finally {
      this.#observer?.end?.();
    }
    this.#send();
    return true;
  }

  #execute(at: number): void {
    const requests = this.#requests;
    const id = requests[at + ID] ?? 0;
    const receiver = this.#receivers.get(requests[at + SOCKET] ?? 0);
    const start = requests[at + OFFSET] ?? 0;
    const command = this.#bytes.subarray(start, start + (requests[at + SIZE] ?? 0));
    // Of a socket that was closed after the batch was taken: nobody gets the reply.
    const reply = receiver?.(command, this.#senders.read(requests, at + SENDER), requests[at + ROOM] ?? 0) ?? '';
    if (typeof reply === 'string') this.#answer(id, reply);
    else void reply.then((text) => this.#answerLate(id, text));
  }

  #answer(id: number, text: string): void {
    const size = this.#texts.write(text, this.#replyBytes, MAX_REPLY, 'latin1');
    this.#ids[this.#replies] = id;
    this.#sizes[this.#replies] = size;
    this.#replies++;
    this.#replyBytes += size;
  }

  #answerLate(id: number, text: string): void {
    if (this.#closed) return;
    this.#answer(id, text);
    this.#send();
  }

  #send(): void {
    const count = this.#replies;
    this.#replies = 0;
    this.#replyBytes = 0;
    if (count > 0 && !this.#closed) this.#native.reply(this.#texts, this.#ids, this.#sizes, count);
  }
}

/** Reads senders from the integers of a request. SIP proxies are few, so the text of an address is mostly there already. */
class SenderReader {
  readonly #fields = new Int32Array(SENDER_FIELDS);
  readonly #bytes = new Uint8Array(this.#fields.buffer);
  #sender: Sender = { host: '', port: 0 };

  read(requests: Int32Array, at: number): Sender {
    const fields = this.#fields;
    let same = true;
    for (let i = 0; i < SENDER_FIELDS; i++) {
      const value = requests[at + i] ?? 0;
      same &&= fields[i] === value;
      fields[i] = value;
    }
    if (same) return this.#sender;
    const [family, port = 0] = fields;
    const ip = this.#bytes.subarray(8);
    this.#sender = { host: addressText(family === 4 ? 4 : 6, ip), port };
    return this.#sender;
  }
}

/** Where in an Int32Array something lies. */
function place(bytes: number): number {
  return bytes / Int32Array.BYTES_PER_ELEMENT;
}
