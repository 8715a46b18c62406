import { array, assert, constantFrom, pre, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_LEVELS, plainWords, readMarkdown, type MarkNode } from './tree';

/** The tree as a short text: p(…), em(…), [href|host](…). */
function told(nodes: readonly MarkNode[]): string {
  return nodes
    .map((node) => {
      if (node.is === 'break') return '⏎';
      if (node.is === 'text') return node.text;
      if (node.is === 'code' || node.is === 'block') return `${node.is}<${node.text}>`;
      const inner = told(node.children);
      if (node.is === 'link') return `[${node.href}|${node.host ?? ''}](${inner})`;
      return `${node.is === 'list' ? `list${node.start ?? ''}` : node.is}(${inner})`;
    })
    .join('');
}

const read = (text: string) => told(readMarkdown(text));

describe('what is understood of Markdown', () => {
  it.each([
    ['*a* _b_ **c** __d__ ~~e~~', 'paragraph(emphasis(a) emphasis(b) strong(c) strong(d) struck(e))'],
    ['***both***', 'paragraph(emphasis(strong(both)))'],
    ['say `a*b*` there', 'paragraph(say code<a*b*> there)'],
    ['```js\nlet a = 1;\n```', 'block<let a = 1;>'],
    ['```who reads this\nx\n```', 'block<who reads this\nx>'],
    ['~~~def', 'block<def>'],
    ['- one\n- two\n  - three', 'list(item(paragraph(one))item(paragraph(two)list(item(paragraph(three)))))'],
    ['3. three\n4. four', 'list3(item(paragraph(three))item(paragraph(four)))'],
    ['> said\n> so\n\nand then', 'quote(paragraph(said⏎so))paragraph(and then)'],
    ['two\nlines', 'paragraph(two⏎lines)'],
    ['\\*as it is\\*', 'paragraph(*as it is*)'],
  ])('%j', (text, tree) => expect(read(text)).toBe(tree));

  it.each(['# not large', '<b>no</b> <script>alert(1)</script>', '&lt; &copy;', 'a\n---', '| a | b |\n|---|---|', '    indented', '-', '2024.', '> ', 'snake_case_name', '2 * 3 * 4', '[x]: https://a.example'])(
    'leaves %j as it was written',
    (text) => expect(plainWords(text)).toBe(text.replaceAll(/\s+/g, ' ').trim()),
  );

  it('draws no images', () =>
    expect(read('![cat](https://a.example/cat.png)')).toBe('paragraph(![https://a.example/cat.png|a.example](cat))'));

  it('sets what looks like code as code', () =>
    expect(read('if (a) {\n  b = *c;\n}')).toBe('block<if (a) {\n  b = *c;\n}>'));
});

describe('links', () => {
  it.each([
    ['https://a.example/x_y_z?q=1', 'paragraph([https://a.example/x_y_z?q=1|](https://a.example/x_y_z?q=1))'],
    ['<https://a.example/>', 'paragraph([https://a.example/|](https://a.example/))'],
    ['[the *boat*](https://a.example/t)', 'paragraph([https://a.example/t|a.example](the emphasis(boat)))'],
    ['[write](mailto:ana@a.example)', 'paragraph([mailto:ana@a.example|ana@a.example](write))'],
    ['[https://a.example](https://a.example/)', 'paragraph([https://a.example/|](https://a.example))'],
  ])('%j', (text, tree) => expect(read(text)).toBe(tree));

  it.each([
    '[bank.example](https://evil.example/)',
    '[https://bank.example/login](https://evil.example/)',
    '[bank․example](https://evil.example/)',
    '[ana@bank.example](https://evil.example/)',
    '[www](https://evil.example/)',
    '[ ](https://evil.example/)',
  ])('a text that names another address gives way to the address: %j', (text) =>
    expect(read(text)).toBe('paragraph([https://evil.example/|](https://evil.example/))'),
  );

  it('shows a look-alike of a name in letters that nobody mistakes', () =>
    expect(read('[bank](https://bаnk.example/)')).toContain('xn--'));

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](data:text/html,x)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](ftp://a.example)',
    '[a](https://bank.example@evil.example/)',
    '[a](mailto:a@b.example?body=x)',
    '[a](//evil.example)',
    '[a](/path)',
    '<javascript:alert(1)>',
    'https://bank.example@evil.example/',
  ])('%j leads nowhere', (text) => expect(read(text)).not.toContain('|'));
});

const long = (piece: string) => piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000);
const stairs = (line: (depth: number) => string) =>
  Array.from({ length: 140 }, (_, depth) => line(depth))
    .join('\n')
    .slice(0, 10_000);

const letters = (text: string) => text.replaceAll(/[^a-z]/g, '');

/** What makes readers of Markdown slow, or sends them too deep. */
const hostile: readonly string[] = [
  ...['>', '> ', '- ', '1. ', '1.\n', '> - ', '*', '*a ', '*a **b ', '_a*b ', '*_', '~~a ', '~a', '`', '`` ` '].map(long),
  ...['[', '[a](', '![[', '[a](b)', '[]', '[a][', '<a ', '<http://a', 'http://a.b ', 'https://', '\\', '&amp'].map(long),
  ...['\n', ' \n', '\t', '```\n', '~~~\n', '*\n', '|\n', '*_~~[`> ', '\u202e', '﷽', '👩‍👩‍👧‍👦'].map(long),
  '['.repeat(5000) + ']'.repeat(5000),
  '*a '.repeat(1600) + 'b* '.repeat(1600),
  '*_'.repeat(2500) + '_*'.repeat(2500),
  `[a](${'('.repeat(9990)}`,
  `[a](<${'b'.repeat(9990)}`,
  stairs((depth) => `${'>'.repeat(depth)}a`),
  stairs((depth) => `${' '.repeat(depth * 2)}- a`),
  stairs((depth) => '`'.repeat(depth)),
];

describe('hostile texts', () => {
  it('are read in no time, and no deeper than can be drawn', () => {
    const depth = (nodes: readonly MarkNode[]): number =>
      Math.max(0, ...nodes.map((node) => ('children' in node ? 1 + depth(node.children) : 1)));
    // Each takes some milliseconds; where one takes minutes the test runs out of its time.
    for (const text of hostile) expect(depth(readMarkdown(text)), text.slice(0, 20)).toBeLessThanOrEqual(MOST_LEVELS + 4);
  });

  it('never lead anywhere but to the web and to mailboxes', () => {
    const part = constantFrom('[', ']', '(', ')', '<', '>', '*', '_', '`', '~~', '\n', ' ', '- ', '> ', '!', '\\', 'a', 'javascript:', 'https://a.example', 'data:,', '@', '"', '//', 'mailto:');
    assert(
      property(array(part, { maxLength: 40 }), (parts) => {
        for (const [, href = ''] of read(parts.join('')).matchAll(/\[([^|\]]*)\|/g)) expect(href).toMatch(/^(https?:\/\/|mailto:)|[[\n]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('lose no letter on the way', () => {
    const part = constantFrom('*', '**', '_', '`', '~~', '> ', '- ', '1. ', '\n', '\n\n', ' ', '```\n', '\\', '[', ']', '(', ')', '!', '#', '<', '&', 'a', 'bc', 'def');
    assert(
      property(array(part, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        pre(!text.includes('](') && !/(```|~~~)\s*[a-z]/.test(text));
        expect(letters(plainWords(text))).toBe(letters(text));
      }),
      { numRuns: 2000 },
    );
  });
});
