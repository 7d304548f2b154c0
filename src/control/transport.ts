/** Who sent a command: what the command dispatcher may know about the other end of a control transport. */
export interface Peer {
  readonly transport: 'udp' | 'tcp' | 'unix' | 'stdio';
  /** Numeric IP address of the sender (udp, tcp); an IPv4 client of a dual-stack socket has its IPv4 address. */
  readonly host?: string;
  readonly port?: number;
  /** Numeric IP address of our end (tcp, and udp bound to one address). */
  readonly localHost?: string;
}

/**
 * Executes one command and returns its reply, LF included, Latin-1 (one character is one byte).
 * `command` is what is left after framing and, for datagrams, after the cookie; malformed datagrams arrive as an empty
 * command, which is answered E5 like every empty command. The bytes belong to the transport once the handler has returned.
 * `room` is the longest reply that may be returned, in bytes.
 * The handler never throws. A promise delays only this reply; the replies of one connection keep their order.
 */
export type CommandHandler = (command: Uint8Array, peer: Peer, room: number) => string | Promise<string>;

/** One control socket. Construction binds nothing; `start` does, and rejects with a ControlSocketError. */
export interface Transport {
  /** The `-s` argument that named it, for messages. */
  readonly name: string;
  start(handler: CommandHandler): Promise<void>;
  /** The list of those who may use it has changed: connections of others end. Absent where everybody may. */
  turnAway?(): void;
  /** Stops listening, closes every connection, removes a Unix socket of its own. Safe to call twice, and before `start`. */
  close(): Promise<void>;
}
