import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify, looksLikeCode, webAddress } from './linkify';

const links = (text: string) => linkify(text).flatMap((piece) => (piece.href === null ? [] : [piece.href]));

describe('addresses in a message', () => {
  it.each([
    ['see https://a.example/x?y=1.', ['https://a.example/x?y=1']],
    ['(http://a.example/b_(c))', ['http://a.example/b_(c)']],
    ['https://a.example and http://b.example/', ['https://a.example/', 'http://b.example/']],
    ['اقرأ https://books.example/arabic-101 غداً', ['https://books.example/arabic-101']],
    ['HTTPS://A.EXAMPLE/x', ['https://a.example/x']],
  ])('finds them: %s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<b>x</b>',
    'file:///etc/passwd',
    'ftp://a.example',
    'mailto:a@b.example',
    '//a.example/x',
    'www.a.example',
    'a.example/x',
    'https://bank.example@evil.example/',
    'https://',
    'vbscript:x',
  ])('leaves everything else as text: %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('takes an address only in its normal form, http or https', () => {
    expect(webAddress('https://a.example')).toBe('https://a.example/');
    expect(webAddress('javascript:alert(1)')).toBeNull();
    expect(webAddress('not an address')).toBeNull();
  });

  it('never changes, adds or loses a character of the text, and never links another scheme', () => {
    const noise = array(
      oneof(string({ unit: 'grapheme' }), constantFrom('https://', 'http://a.b/', 'javascript:', '@', '//', ' ')),
    );
    assert(
      property(noise, (parts) => {
        const text = parts.join('');
        const pieces = linkify(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const { href } of pieces) if (href !== null) expect(href).toMatch(/^https?:\/\//);
      }),
    );
  });
});

describe('text that looks like code', () => {
  it.each(['if (a) {\n  b();\n}', '```\nx\n```', '<ul>\n  <li>a</li>\n</ul>', 'def f():\n    return 1'])(
    'is seen: %j',
    (text) => {
      expect(looksLikeCode(text)).toBe(true);
    },
  );

  it.each(['Hello', 'One line;', 'Dear you,\n\nthank you for the letter.\nYours', '- milk\n- bread', ''])(
    'is not guessed: %j',
    (text) => {
      expect(looksLikeCode(text)).toBe(false);
    },
  );
});
