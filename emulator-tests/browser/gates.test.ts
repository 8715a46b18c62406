/** Two browsers in networks of their own, behind the kernel's NATs and firewalls. */
import { describe } from 'vitest';
import { type Gate, startMiddle, whyImpossible } from '../harness/middle.ts';
import { exchangeWords, Person, type Way } from './person.ts';
import { scenario } from './scenario.ts';

// `make test` says it at its end, too.
const impossible = await whyImpossible();
if (impossible !== undefined) process.stderr.write(`NOT TESTED: browsers behind real NATs and firewalls. ${impossible}\n`);

type Cell = {
  readonly gate: Gate;
  readonly way: Way;
  /** What a relay is reached over, as the badge says it; not asked of direct paths. */
  readonly over?: RegExp;
  /** They meet a second time and hide their addresses. `parley bench namespaces` does so in every cell. */
  readonly again?: boolean;
};

const CELLS: readonly Cell[] = [
  { gate: 'port-restricted', way: 'direct', again: true },
  { gate: 'symmetric', way: 'relayed' },
  { gate: 'no UDP', way: 'relayed', over: /TCP|TLS/ },
  { gate: 'only TLS on 443', way: 'relayed', over: /TLS/, again: true },
];

describe.skipIf(impossible !== undefined)('behind gates', () => {
  for (const { gate, way, over, again = false } of CELLS) {
    scenario(`${gate}: two meet${again ? ', and again with their addresses hidden' : ''}`, async ({ people }) => {
      const middle = await startMiddle(gate, gate);
      try {
        const meet = async (hidden: boolean) => {
          const two = await Promise.all(middle.browsers.map(async (browser, i) => {
            const context = await browser.newContext();
            const person = people.add(new Person(i === 0 ? 'Ann' : 'Ben', context, await context.newPage()));
            await person.opens(middle.url);
            if (hidden) await person.hidesTheirAddress();
            return person;
          }));
          const [ann, ben] = two as [Person, Person];
          await ann.looksForSomeone();
          await ann.waitsForStranger();
          await ben.looksForSomeone();
          await exchangeWords(ann, ben);
          for (const person of two) {
            await person.isConnected(hidden ? 'relayed' : way);
            if (over) await person.page.getByRole('heading', { level: 1 }).filter({ hasText: over }).waitFor();
          }
          for (const { context } of two) await context.close();
        };
        await meet(false);
        if (again) await meet(true);
      } finally {
        await middle.stop();
      }
    });
  }
});
