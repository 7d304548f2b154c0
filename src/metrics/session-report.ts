import type { ChannelFigures, LegFigures, SessionFigures } from '../addon/contract.ts';
import { peerText } from '../addon/endpoint.ts';
import type { Logger } from '../log/log.ts';
import { formatSsrc } from '../log/ssrc.ts';
import { LEG_ACTORS, type Session } from '../session/session.ts';

const WHERE = 'session-report';

/** Logs what went through an ended session (media.md 8). */
export function reportSession(logger: Logger, session: Session, figures: SessionFigures): void {
  if (!logger.enabled('INFO')) return;
  const info = (text: string): void => logger.log('INFO', WHERE, text, session.callId);
  const [callee, caller] = figures.legs;
  info(`RTP stats: ${channelText(callee.rtp, caller.rtp)}`);
  for (const index of [1, 0] as const) {
    const leg = figures.legs[index];
    if (leg.firstIn > 0) info(`RTP times: ${LEG_ACTORS[index]}: ${timesText(leg)}`);
  }
  info(`RTCP stats: ${channelText(callee.rtcp, caller.rtcp)}`);
  for (const channel of ['rtp', 'rtcp'] as const) {
    const [toCallee, toCaller] = [callee[channel].refused, caller[channel].refused];
    const name = channel.toUpperCase();
    if (toCallee + toCaller > 0) info(`${name} send errors: ${toCallee} to callee, ${toCaller} to caller`);
  }
  if (session.complete) reportStreams(info, figures);
  info(`session on ports ${session.legs[0].port ?? 0}/${session.legs[1].port ?? 0} is cleaned up`);
}

/** Of a session that was never complete there is nothing to tell: it has relayed nothing. */
function reportStreams(info: (text: string) => void, figures: SessionFigures): void {
  for (const index of [1, 0] as const) info(`RTP stream from ${LEG_ACTORS[index]}: ${streamText(figures.legs[index])}`);
  for (const index of [1, 0] as const) {
    const addresses = addressText(figures.legs[index]);
    if (addresses !== '') info(`RTP addresses: ${LEG_ACTORS[index]}: ${addresses}`);
  }
}

function channelText(callee: ChannelFigures, caller: ChannelFigures): string {
  const sum = (name: keyof ChannelFigures): number => callee[name] + caller[name];
  return (
    `${callee.received} in from callee, ${caller.received} in from caller, ` +
    `${sum('relayed')} relayed, ${sum('dropped')} dropped, ${sum('ignored')} ignored`
  );
}

function timesText(leg: LegFigures): string {
  const duration = (leg.lastIn - leg.firstIn).toFixed(6);
  return `first in at ${leg.firstIn.toFixed(6)}, duration ${duration}, longest IPI ${leg.longestIpi.toFixed(6)}`;
}

/** Where media went to, and who was not heard; '' when there is nothing to say. */
function addressText(leg: LegFigures): string {
  const media = peerText(leg.media);
  const ignored = peerText(leg.ignored);
  const parts = [media === '' ? '' : `media sent to ${media}`, ignored === '' ? '' : `last ignored ${ignored}`];
  return parts.filter((part) => part !== '').join(', ');
}

function streamText(leg: LegFigures): string {
  const ssrc = leg.ssrcChanges === 0 ? 'NONE' : formatSsrc(leg.ssrc);
  return (
    `SSRC=${ssrc}, ssrc_changes=${leg.ssrcChanges}, psent=${leg.sent}, precvd=${leg.received}, ` +
    `plost=${leg.sent - leg.received}, pdups=${leg.duplicates}, ` +
    `jlast=${leg.jitterLast.toFixed(6)}, jmax=${leg.jitterMax.toFixed(6)}, javg=${leg.jitterAvg.toFixed(6)}`
  );
}
