/** Longest command in bytes: a datagram, what a Unix socket is read for, a line without its LF (protocol.md 10). */
export const MAX_COMMAND = 8191;
/** Longest reply in bytes, cookie and LF included. */
export const MAX_REPLY = 1023;
