/** What a key asks for. `next` and `previous` are of a call, in the list as in the view of one call. */
export type Command = 'next' | 'previous' | 'page-down' | 'page-up' | 'first' | 'last' | 'open' | 'back' | 'filter';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** Where the focus is: in a field that takes text, on a button or a link, or elsewhere. */
export type Focus = 'field' | 'control' | 'elsewhere';

/** Keys that stay the browser's in the view of one call, where they scroll. */
const LIST_KEYS: Readonly<Record<string, Command>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  PageDown: 'page-down',
  PageUp: 'page-up',
};
const KEYS: Readonly<Record<string, Command>> = { j: 'next', k: 'previous', '/': 'filter' };
const EDGES: Readonly<Record<string, Command>> = { Home: 'first', End: 'last' };

/** What a key asks for; undefined: it is not one of the page. `list`: the calls are shown, not one of them. */
export function commandOf(press: KeyPress, focus: Focus, list: boolean): Command | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
  if (press.key === 'Escape') return 'back';
  const listCommand = list ? LIST_KEYS[press.key] : undefined;
  if (listCommand !== undefined) return listCommand;
  if (focus === 'field') return list && press.key === 'Enter' ? 'first' : undefined;
  if (list && press.key === 'Enter' && focus === 'elsewhere') return 'open';
  return KEYS[press.key] ?? (list ? EDGES[press.key] : undefined);
}
