/** What the page uses of `preact.js`, which the build copies from the package htm: preact, its hooks and templates for it. */

/** What a template makes. */
export interface VNode {
  readonly type: unknown;
  readonly key: unknown;
}

export type Child = VNode | string | number | null | undefined | false | readonly Child[];

/** A template with the syntax of HTML; what stands in `${}` is text, an attribute or another template, never markup. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;

export function render(tree: VNode, parent: Element): void;

/** A part of the page that keeps something of its own, or decides whether it has to be made again. */
export abstract class Component<Props extends object> {
  protected readonly props: Readonly<Props>;
  constructor(props: Readonly<Props>);
  protected forceUpdate(): void;
  shouldComponentUpdate?(next: Readonly<Props>): boolean;
  componentDidMount?(): void;
  componentDidUpdate?(previous: Readonly<Props>): void;
  componentWillUnmount?(): void;
  abstract render(props: Readonly<Props>): Child;
}
