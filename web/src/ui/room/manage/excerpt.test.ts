import { describe, expect, it } from 'vitest';
import { excerpt, wordsOf } from './excerpt';

const told = (text: string, looked: string) =>
  excerpt(text, wordsOf(looked))
    .map(({ text: one, hit }) => (hit ? `[${one}]` : one))
    .join('');

describe('what is shown of a text that was found', () => {
  it('are its words, marked, whatever their case', () => {
    expect(told('The pear tree bears Pears', 'pear TREE')).toBe('The [pear] [tree] bears [Pear]s');
    expect(told('Ölfarbe', 'öl')).toBe('[Öl]farbe');
  });
  it('begins near the first of them', () => {
    const text = `${'word '.repeat(60)}here it is ${'and more '.repeat(60)}`;
    expect(told(text, 'here')).toMatch(/^… (word )+\[here\] it is (and more )+.* …$/);
  });
  it('takes signs as signs', () => expect(told('a.c abc (x) [y] \\ -', '. (x) \\')).toBe('a[.]c abc [(x)] [y] [\\] -'));
  it('is the beginning where there is nothing to mark', () => {
    expect(told('as it was said', 'as\u0301')).toBe('as it was said');
    expect(told('as it was said', ' ')).toBe('as it was said');
  });
});
