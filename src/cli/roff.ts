/** Text as man(7) shows it: backslashes, hyphens, and a dot or a quote at the begin of a line. */
export function roffText(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}

/** The argument of a macro, in bold or plain. */
function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', '\\(dq')}"`;
}

export interface ManualPage {
  readonly name: string;
  readonly section: number;
  readonly version: string;
  /** One line behind the name. */
  readonly summary: string;
  readonly sections: readonly ManualSection[];
}

export interface ManualSection {
  readonly title: string;
  readonly blocks: readonly ManualBlock[];
}

/** A paragraph, lines as they stand, or a list of terms. */
export type ManualBlock =
  | string
  | { readonly literal: string }
  | { readonly terms: readonly (readonly [term: string, text: string])[] };

/** A page of the manual in man(7) macros. It has no date, so that the same sources make the same page. */
export function manualPage({ name, section, version, summary, sections }: ManualPage): string {
  const lines = [
    `.TH ${quoted(name.toUpperCase())} ${section} "" ${quoted(`rtpproxy-node ${version}`)} "rtpproxy-node manual"`,
    '.SH NAME',
    `${roffText(name)} \\- ${roffText(summary)}`,
  ];
  for (const { title, blocks } of sections) {
    lines.push(`.SH ${quoted(title)}`);
    for (const block of blocks) lines.push(...blockLines(block));
  }
  return `${lines.join('\n')}\n`;
}

function blockLines(block: ManualBlock): string[] {
  if (typeof block === 'string') return ['.PP', roffText(block)];
  if ('literal' in block) return ['.PP', '.nf', roffText(block.literal), '.fi'];
  return block.terms.flatMap(([term, text]) => ['.TP', `.B ${quoted(term)}`, roffText(text)]);
}
