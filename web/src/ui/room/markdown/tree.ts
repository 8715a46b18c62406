/*
 * What people write in a room is Markdown, of which little is understood: emphasis, strong, strike-through, code, lists,
 * quotes and links. Nothing of it is HTML, and nothing is loaded. What is not understood stays as it was written, so no
 * word is ever lost.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { linkify, looksLikeCode } from '../../talk/linkify';
import { followable, linkText } from './links';

/** A piece of a text. */
export type MarkNode =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'break' }
  /** Code among words. */
  | { readonly is: 'code'; readonly text: string }
  /** Lines of code. */
  | { readonly is: 'block'; readonly text: string }
  | { readonly is: Span | Frame; readonly children: readonly MarkNode[] }
  /** `start`: the first number; null: bullets. */
  | { readonly is: 'list'; readonly start: number | null; readonly children: readonly MarkNode[] }
  /** `host`: where it leads, if its text does not say so itself. */
  | { readonly is: 'link'; readonly href: string; readonly host: string | null; readonly children: readonly MarkNode[] };

type Span = 'emphasis' | 'strong' | 'struck';
type Frame = 'paragraph' | 'quote' | 'item';

/** What lies deeper is nobody's prose: such a text is shown as it was written. */
export const MOST_LEVELS = 10;

const kinds: Readonly<Record<string, Span | Frame>> = {
  em_open: 'emphasis',
  strong_open: 'strong',
  s_open: 'struck',
  paragraph_open: 'paragraph',
  blockquote_open: 'quote',
  list_item_open: 'item',
};

// From «zero», so that a rule that a new version brings is not understood before somebody has looked at it. The library
// stops at maxNesting and drops the rest; a text that comes near it is not read by it.
const reader = new MarkdownIt('zero', { maxNesting: MOST_LEVELS + 6 }).enable([
  'fence',
  'blockquote',
  'list',
  'newline',
  'backticks',
  'strikethrough',
  'emphasis',
  'link',
  'autolink',
  'escape',
  'balance_pairs',
  'fragments_join',
]);
reader.validateLink = (address) => followable(address) !== null;

/** Reads a text. Never throws, and is quick whatever the text is (tree.test.ts). */
export function readMarkdown(text: string): readonly MarkNode[] {
  if (looksLikeCode(text) && !text.includes('```')) return [{ is: 'block', text }];
  const tokens = reader.parse(text, {});
  if (deepest(tokens) > MOST_LEVELS) return asWritten(text);
  const nodes = new Builder().build(tokens);
  // «-» alone would be an empty list.
  return words(nodes).trim() === '' ? asWritten(text) : nodes;
}

/** The words of a text without its marks, for where there is one line for it: quotes, lists, reading out. */
export function plainWords(text: string): string {
  return words(readMarkdown(text)).replaceAll(/\s+/gu, ' ').trim();
}

function words(nodes: readonly MarkNode[]): string {
  return nodes
    .map((node) => {
      if (node.is === 'break') return ' ';
      if ('text' in node) return node.text;
      const inner = words(node.children);
      return node.is === 'paragraph' || node.is === 'item' ? `${inner} ` : inner;
    })
    .join('');
}

function asWritten(text: string): readonly MarkNode[] {
  const lines = text.split('\n');
  const children = lines.flatMap((line, i) => [...(i === 0 ? [] : [{ is: 'break' } as const]), ...withLinks(line)]);
  return [{ is: 'paragraph', children }];
}

function withLinks(text: string): MarkNode[] {
  return linkify(text).map((piece) =>
    piece.href === null
      ? { is: 'text', text: piece.text }
      : { is: 'link', href: piece.href, host: null, children: [{ is: 'text', text: piece.text }] },
  );
}

function deepest(tokens: readonly Token[]): number {
  let most = 0;
  for (const token of tokens) {
    most = Math.max(most, token.level);
    for (const child of token.children ?? []) most = Math.max(most, token.level + child.level);
  }
  return most;
}

/** What stands beside a fence is the language's name; if it is more than that, or all, somebody wrote it to be read. */
function code(content: string, info: string): string {
  const lines = content.replace(/\n$/u, '');
  if (lines === '') return info.trim();
  return /^\s*[\w+#.-]*\s*$/u.test(info) ? lines : `${info.trim()}\n${lines}`;
}

type Open = { readonly token: Token; readonly children: MarkNode[] };

/** Makes a tree of the library's row of openings and closings. */
class Builder {
  readonly #root: MarkNode[] = [];
  readonly #open: Open[] = [];

  build(tokens: readonly Token[]): readonly MarkNode[] {
    for (const token of tokens) this.#take(token);
    return this.#root;
  }

  get #children(): MarkNode[] {
    return this.#open.at(-1)?.children ?? this.#root;
  }

  #take(token: Token): void {
    if (token.type === 'inline') for (const child of token.children ?? []) this.#take(child);
    else if (token.nesting === 1) this.#open.push({ token, children: [] });
    else if (token.nesting === -1) this.#close();
    else this.#leaf(token);
  }

  #leaf({ type, content, info }: Token): void {
    if (type === 'softbreak' || type === 'hardbreak') this.#children.push({ is: 'break' });
    else if (type === 'code_inline') this.#children.push({ is: 'code', text: content });
    else if (type === 'fence') this.#children.push({ is: 'block', text: code(content, info) });
    else if (this.#open.some(({ token }) => token.type === 'link_open')) this.#children.push({ is: 'text', text: content });
    else if (content !== '') this.#children.push(...withLinks(content));
  }

  #close(): void {
    const one = this.#open.pop();
    if (one === undefined) return;
    const { token, children } = one;
    const kind = kinds[token.type];
    if (kind !== undefined) this.#children.push({ is: kind, children });
    else if (token.type === 'link_open') this.#link(String(token.attrGet('href')), children);
    else if (token.type === 'ordered_list_open')
      this.#children.push({ is: 'list', start: Number(token.attrGet('start') ?? 1), children });
    else if (token.type === 'bullet_list_open') this.#children.push({ is: 'list', start: null, children });
    else this.#children.push(...children);
  }

  #link(address: string, children: readonly MarkNode[]): void {
    const href = followable(address);
    if (href === null) return void this.#children.push(...children);
    const { shown, host } = linkText(href, words(children));
    const inner = shown === null ? children : [{ is: 'text', text: shown } as const];
    this.#children.push({ is: 'link', href, host, children: inner });
  }
}
