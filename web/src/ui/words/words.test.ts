import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causes, findingNames, findingStates } from '../../protocol/diagnosis';
import { english } from './english';
import { englishDoctor } from './english-doctor';
import { englishLater } from './english-later';
import { countOf, formatsFor } from './formats';

/** The closed list of section 8, from the rules themselves. */
function namesInSpec(): string[] {
  const spec = readFileSync(new URL('../../../../protocol/SPEC.md', import.meta.url), 'utf8');
  const section = spec.split(/^## 8\. /m)[1]?.split(/^## /m)[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1] ?? '');
}

describe('the catalogue', () => {
  it('answers three questions for every failure that a person can meet (SPEC 8)', () => {
    expect(Object.keys(english.failed.words).toSorted()).toEqual(namesInSpec().toSorted());
    for (const words of Object.values(english.failed.words))
      for (const text of Object.values(words)) expect(text.length).toBeGreaterThan(10);
  });

  it('ends sentences, keeps headings short, and never shouts', () => {
    for (const { title, ...answers } of [...Object.values(english.failed.words), english.down]) {
      expect(title).toMatch(/^[A-Z].{4,40}[^.]$/);
      for (const text of Object.values(answers)) expect(text).toMatch(/\.$/);
    }
    const every = JSON.stringify([english, englishLater, englishDoctor], (_, value: unknown) => (typeof value === 'function' ? undefined : value));
    expect(every).not.toContain('!');
  });
});

describe('what the doctor says', () => {
  it('is what SPEC says of each cause (section 12), typographic apostrophes aside', () => {
    const spec = readFileSync(new URL('../../../../protocol/SPEC.md', import.meta.url), 'utf8');
    const rows = spec.matchAll(/^\| `(\w+)` \| [^|]+ \| (?:works|limited|stops) \| ([^|]+) \| ([^|]+) \|$/gm);
    const said = Object.fromEntries([...rows].map(([, cause, sentence, cure]) => [cause, { sentence, cure }]));
    expect(JSON.parse(JSON.stringify(englishDoctor.causes).replaceAll('’', "'"))).toEqual(said);
    expect(Object.keys(said)).toEqual([...causes]);
  });

  it('has words for every finding in every state', () => {
    expect(englishDoctor.findings).toEqual(findingNames);
    for (const name of findingNames) {
      expect(englishDoctor.findingName(name).length).toBeGreaterThan(4);
      for (const state of findingStates) expect(englishDoctor.findingState(name, state).length).toBeGreaterThan(1);
    }
  });
});

describe('numbers and times', () => {
  it('takes the plural form that the language asks for', () => {
    expect(countOf('en', 1, { one: '# word', other: '# words' })).toBe('1 word');
    expect(countOf('en', 1200, { one: '# word', other: '# words' })).toBe('1,200 words');
    expect(countOf('ar', 2, { two: 'two', other: 'other' })).toBe('two');
  });

  it('writes elapsed time in minutes and seconds, hours when there are any', () => {
    const { elapsed } = formatsFor('en', []);
    expect([0, 7_999, 760_000, 3_723_000, -5].map(elapsed)).toEqual(['0:00', '0:07', '12:40', '1:02:03', '0:00']);
  });

  it("follows the person's region when the device speaks the language", () => {
    const at = Date.UTC(2026, 10, 20, 14, 5);
    expect(formatsFor('en', ['de-DE', 'en-GB']).time(at)).toMatch(/^\d{2}:\d{2}$/);
    expect(formatsFor('en', ['en-US']).time(at)).toMatch(/[AP]M$/);
    expect(formatsFor('en', ['de-DE']).time(at)).toMatch(/[AP]M$/);
  });
});
