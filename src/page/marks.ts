import { NOTHING } from './format.ts';
import type { Level } from './health.ts';
import { html, type VNode } from './preact.js';

/** What stands beside a figure that is not good: nothing is told by colour alone. */
const SIGNS: Readonly<Record<Level, string>> = { idle: '○', good: '●', fair: '▲', bad: '■' };

const NOTHINGS: ReadonlySet<string> = new Set([NOTHING, '0', '0.0']);

/** A state: its sign and its word. */
export function stateMark(level: Level, word: string): VNode {
  return html`<span class=${`state ${level}`}><span class="sign" aria-hidden="true">${SIGNS[level]}</span>${word}</span>`;
}

/** A text, or nothing and naught in the background, so that the eye finds what there is. */
export function plain(text: string): VNode {
  return html`<span class=${NOTHINGS.has(text) ? 'none' : undefined}>${text}</span>`;
}

/** A figure with its sign if it is not good. */
export function figureMark(level: Level, text: string): VNode {
  if (level === 'idle' || level === 'good') return plain(text);
  const word = level === 'fair' ? 'fair' : 'bad';
  return html`<span class=${level}><span class="sign" role="img" aria-label=${word}>${SIGNS[level]}</span>${text}</span>`;
}
