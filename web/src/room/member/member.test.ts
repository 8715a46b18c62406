import { expect, it } from 'vitest';
import { expectSame, roomOf, textsSeenBy } from './testing/room';

it('two talk', async () => {
  const all = await roomOf(1, 2);
  const [one, other] = all;
  await one?.say('hello');
  await one?.world.pass(1000);
  await other?.say('hello back');
  await one?.world.pass(1000);
  expect(textsSeenBy(all[0])).toEqual(['hello', 'hello back']);
  expectSame(all);
});
