/** Values of `io`: how packets come in and go out. */
export const IO = { auto: 0, sockets: 1, shared: 2 } as const;
export type IoChoice = keyof typeof IO;

/** Whether sockets are used again for later ports, by the numbers of `Reuse` in `native/io/port_sockets.h`. */
export const SOCKET_REUSE = ['on', 'backend', 'descriptors', 'kernel', 'outside', 'reserved'] as const;

/** The backend in use. */
export interface NativeBackend {
  /** Of IO. */
  readonly io: number;
  /** What kept the engine from the shared backend; '' when that was not tried. */
  readonly step: string;
  readonly errno: number;
}

/** Whether sockets of ended calls are used again. */
export interface NativeSocketReuse {
  /** An index of SOCKET_REUSE. */
  readonly reuse: number;
  /** The media ports that it counts for; with `outside` those that the kernel gives out by itself. */
  readonly first: number;
  readonly last: number;
}
