import type { AddressBlock } from './access.ts';
import type { ControlFigures } from './contract.ts';

/**
 * UDP control sockets and the thread that receives from them (`native/control/control_sockets.h`). Sockets are positive numbers
 * that are not used again. A wrong argument throws a TypeError or RangeError; any call after `close` throws, except `close`.
 */
export interface NativeControlSockets {
  /** Binds a socket to a numeric address (port 0: any); its number, or a negative errno. */
  open(host: string, port: number): number;
  /** Port of a socket; 0 when it is not open. */
  port(socket: number): number;
  /** Commands of the socket that were not taken are forgotten. Nothing happens when it is not open. */
  closeSocket(socket: number): void;
  /** From now on `V` is answered with `base`, and `VF` with whether the date is among `dates`, without being taken. */
  answerVersions(base: string, dates: readonly string[]): void;
  leaveVersions(): void;
  /**
   * Takes the oldest commands: fills `bytes`, which has room for a command of 8191 bytes, and a CONTROL_REQUEST each
   * of `requests`. Returns their number.
   */
  take(bytes: Uint8Array, requests: Int32Array): number;
  /** Answers `count` commands; `texts` has their replies one after the other, of so many bytes each; none: it is forgotten. */
  reply(texts: Uint8Array, ids: Int32Array, sizes: Int32Array, count: number): void;
  /** Commands of nobody else are taken from now on; an empty list is everybody. */
  allowOnly(blocks: readonly AddressBlock[]): void;
  /** Address of the last sender whose datagram was dropped because of it, '' when there is none. */
  lastDenied(): string;
  figures(): ControlFigures;
  /** Ends the thread and closes every socket. Safe to call twice. */
  close(): void;
}
