import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causes, findingNames, findingStates } from '../../protocol/diagnosis';
import { english } from './english';
import { englishDoctor } from './english-doctor';
import { englishLater } from './english-later';
import { englishRoom } from './english-room';
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

describe('the words of rooms', () => {
  it('never shout, and take the plural form that English asks for', () => {
    const every = JSON.stringify(englishRoom, (_, value: unknown) => (typeof value === 'function' ? undefined : value));
    expect(every).not.toContain('!');
    expect([1, 2, 1200].map(englishRoom.people.away)).toEqual(['1 away', '2 away', '1,200 away']);
    expect([1, 12].map(englishRoom.says.many)).toEqual(['1 new message', '12 new messages']);
  });

  it('say a time in its largest unit', () =>
    expect([60, 90 * 60, 7200, 86_400, 7 * 86_400, 31_536_000].map(englishRoom.duration)).toEqual([
      '1 minute',
      '90 minutes',
      '2 hours',
      '1 day',
      '1 week',
      '365 days',
    ]));
});
