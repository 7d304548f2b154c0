import type { Figures } from './run.ts';

/** Figures of every round of one relay. */
export interface Series {
  readonly relay: string;
  readonly rounds: readonly Figures[];
}

/** A table in Markdown: medians of each relay and, in the same rounds, its ratios to the last one: minimum, median, maximum. */
export function table(title: string, series: readonly Series[]): string {
  const reference = series.length > 1 ? series.at(-1) : undefined;
  const compared = reference === undefined ? [] : series.slice(0, -1);
  const names = Object.keys(series[0]?.rounds[0] ?? {});
  const head = [
    title,
    ...series.map(({ relay }) => relay),
    ...compared.map(({ relay }) => `${relay} / ${reference?.relay}`),
  ];
  const rows = names.map((name) => [
    name,
    ...series.map(({ rounds }) => show(quantile(values(rounds, name), 0.5))),
    ...compared.map(({ rounds }) => ratios(values(rounds, name), values(reference?.rounds ?? [], name))),
  ]);
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function values(rounds: readonly Figures[], name: string): number[] {
  return rounds.map((figures) => figures[name] ?? Number.NaN);
}

function ratios(own: readonly number[], others: readonly number[]): string {
  const each = own.map((value, i) => value / (others[i] ?? Number.NaN)).filter(Number.isFinite);
  if (each.length === 0) return '-';
  return [0, 0.5, 1].map((fraction) => quantile(each, fraction).toFixed(2)).join(' / ');
}

function quantile(list: readonly number[], fraction: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

function show(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
