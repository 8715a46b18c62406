/** Reads `protocol/vectors/*.json`, the examples that the Go and the TypeScript tests share. */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../protocol/vectors/', import.meta.url);
const mark = '⟨fill⟩';

/** One case: which members it has is for the test of its file to say, see {@link casesOf}. */
export type VectorCase = { readonly rule: string; readonly name: string } & { readonly [member: string]: unknown };

/** Names of all vector files. */
export function vectorFiles(): string[] {
  return readdirSync(folder).toSorted();
}

/**
 * The cases of a file, `fill` carried out.
 * @param members - the members a case may have beside `rule`, `name` and `fill`; any other fails.
 */
export function casesOf(file: string, members: readonly string[]): VectorCase[] {
  const { about, cases, ...rest } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    about: string;
    cases: VectorCase[];
  };
  if (Object.keys(rest).length > 0 || typeof about !== 'string' || cases.length === 0) {
    throw new Error(`${file}: members that the tests do not know, or no cases`);
  }
  const known = new Set(['rule', 'name', 'fill', ...members]);
  return cases.map((one) => {
    const unknown = Object.keys(one).filter((name) => !known.has(name));
    if (unknown.length > 0) throw new Error(`${file}: «${one.name}» has unknown members ${unknown.join(', ')}`);
    return filled(one);
  });
}

function filled(one: VectorCase): VectorCase {
  const fill = one['fill'] as { text: string; times: number } | undefined;
  if (fill === undefined) return one;
  const { fill: _, ...rest } = one;
  const run = JSON.stringify(fill.text.repeat(fill.times)).slice(1, -1);
  return JSON.parse(JSON.stringify(rest).replaceAll(mark, () => run)) as VectorCase;
}
