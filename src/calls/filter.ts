import type { CallFilter } from './source.ts';
import type { CallView, LegView } from './view.ts';

/** Whether a call is wanted. */
export function fits(call: CallView, { callId, address, maxMos, minLoss }: CallFilter): boolean {
  if (callId !== undefined && !call.call_id.includes(callId)) return false;
  const legs = [call.caller, call.callee];
  if (address !== undefined && !legs.some((leg) => hasAddress(leg, address))) return false;
  if (maxMos === undefined && minLoss === undefined) return true;
  return legs.some(
    ({ mos_lq, loss_percent }) =>
      (maxMos === undefined || (mos_lq !== null && mos_lq <= maxMos)) &&
      (minLoss === undefined || (loss_percent !== null && loss_percent >= minLoss)),
  );
}

function hasAddress(leg: LegView, text: string): boolean {
  const { local_address, advertised_host, remote_address, signalled_address, ignored_address } = leg;
  const all = [local_address, advertised_host, remote_address, signalled_address, ignored_address];
  return all.some((address) => address?.includes(text));
}
