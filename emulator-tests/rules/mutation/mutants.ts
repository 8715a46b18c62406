/** Small wrongs put into security rules, one at a time, to see that a test notices each. */

/** The rules with one wrong in them. */
export type Mutant = {
  /** Where and what, for people: `line 42: isMe(link.caller) → true`. */
  readonly title: string;
  /** The whole text of the rules with it. */
  readonly rules: string;
};

type Span = { readonly from: number; readonly to: number };

const OPENING = '([{';
const CLOSING = ')]}';

/**
 * All mutants of the rules: every condition made `true` and `false`, every whole number one more and one less, every text in a list or a
 * `return` another. Groups of conditions need no mutants of their own: a group
 * that is always true allows what one of its conditions made true allows, and more.
 */
export function mutantsOf(rules: string): Mutant[] {
  const code = blankComments(rules);
  const mutate = (span: Span, by: string): Mutant => ({
    title: `line ${lineOf(rules, span.from)}: ${oneLine(rules.slice(span.from, span.to))} → ${by}`,
    rules: rules.slice(0, span.from) + by + rules.slice(span.to),
  });
  return [
    ...conditions(code).flatMap((span) => [mutate(span, 'true'), mutate(span, 'false')]),
    ...matches(/(?<=[ ([])\d+(?=[,);\]])/g, code).flatMap((span) => {
      const number = Number(code.slice(span.from, span.to));
      return [mutate(span, String(number + 1)), mutate(span, String(number - 1))];
    }),
    ...matches(/(?<=[[ ])'-?\w+'(?=[,\];])/g, code).map((span) => mutate(span, "'mutant'")),
  ];
}

/** Every condition after `return` or `if` that no operator takes apart. */
function conditions(code: string): Span[] {
  return matches(/(?<=\bif |\breturn )[^;]+(?=;)/g, code)
    .filter((span) => isCondition(code, span))
    .flatMap((span) => parts(code, span));
}

/** `return get(…).data` hands on a document, not a decision. */
function isCondition(code: string, { from, to }: Span): boolean {
  return !/^get(After)?\(/.test(code.slice(from, to));
}

function parts(code: string, whole: Span): Span[] {
  const span = trim(code, whole);
  const pieces = alternatives(code, span);
  if (pieces.length > 1) return pieces.flatMap((piece) => parts(code, piece));
  const inner = unwrap(code, span);
  return inner ? parts(code, inner) : [span];
}

/** What the weakest operator of the span joins; the span alone if there is none. */
function alternatives(code: string, span: Span): Span[] {
  const [condition, choice] = split(code, span, '?');
  if (condition && choice) return [condition, ...split(code, choice, ':')];
  const any = split(code, span, '||');
  return any.length > 1 ? any : split(code, span, '&&');
}

/** The pieces of a span between separators that stand outside brackets and texts. */
function split(code: string, { from, to }: Span, separator: string): Span[] {
  const pieces: Span[] = [];
  let start = from;
  let depth = 0;
  let quoted = false;
  for (let at = from; at < to; at++) {
    const character = code.charAt(at);
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (OPENING.includes(character)) depth++;
    else if (CLOSING.includes(character)) depth--;
    else if (depth === 0 && code.startsWith(separator, at)) {
      pieces.push({ from: start, to: at });
      start = at + separator.length;
    }
  }
  return [...pieces, { from: start, to }];
}

/** What is inside the brackets, if the span is one pair of them. */
function unwrap(code: string, { from, to }: Span): Span | undefined {
  if (code[from] !== '(' || code[to - 1] !== ')') return undefined;
  return { from: from + 1, to: to - 1 };
}

function trim(code: string, { from, to }: Span): Span {
  const text = code.slice(from, to);
  return { from: from + text.length - text.trimStart().length, to: to - (text.length - text.trimEnd().length) };
}

function matches(pattern: RegExp, code: string): Span[] {
  return [...code.matchAll(pattern)].map((found) => ({ from: found.index, to: found.index + found[0].length }));
}

/** The same text with comments as spaces, so that places stay what they are. */
function blankComments(rules: string): string {
  return rules.replace(/\/\/.*$/gm, (comment) => ' '.repeat(comment.length));
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
