import type { SocketReuse } from '../addon/backend.ts';
import type { Engine } from '../addon/engine.ts';
import type { EngineError } from '../addon/errors.ts';
import type { Config } from '../config/config.ts';
import { strerror } from '../log/strerror.ts';

/** What a refusal of the shared backend asks for, where that is known. */
export function sharedAdvice({ code }: Pick<EngineError, 'code'>): string {
  return code === 'EPERM' ? '; it needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW' : '';
}

/** One line says how media packets come in and go out, and why; with `shared` also what becomes of sockets of ended calls. */
export function backendLine(
  engine: Pick<Engine, 'backend' | 'socketReuse'>,
  { portMin, portMax }: Pick<Config, 'portMin' | 'portMax'>,
): string {
  const { io, refusal } = engine.backend();
  const why =
    refusal === undefined ? '' : ` (not shared: ${refusal.syscall}: ${strerror(refusal)}${sharedAdvice(refusal)})`;
  // The highest port is that of RTCP.
  const reuse = io === 'shared' ? `, ${reuseText(engine.socketReuse(portMin, portMax + 1))}` : '';
  return `media packets by the backend "${io}"${why}${reuse}`;
}

function reuseText({ reuse, first, last }: SocketReuse): string {
  if (reuse === 'on') return `sockets are used again for ports ${first}-${last}`;
  const reasons = {
    backend: 'this backend cannot',
    descriptors: 'few descriptors may be open, see -L',
    kernel: 'the kernel cannot, Linux 6.3 or newer can',
    outside: `no media port is in net.ipv4.ip_local_port_range, ${first}-${last}`,
    reserved: 'net.ipv4.ip_local_reserved_ports has the media ports',
  } as const;
  return `sockets are not used again: ${reasons[reuse]}`;
}
