import { expect, it } from 'vitest';
import { expectSame, roomOf, textsSeenBy } from './testing/room';

it('two talk', async () => {
  const [one, other] = await roomOf(1, 2);
  await one?.say('hello');
  await one?.world.pass(1000);
  await other?.say('hello back');
  await one?.world.pass(1000);
  const all = [one, other].filter((each) => each !== undefined);
  expect(all.map(textsSeenBy)).toEqual(all.map(() => ['hello', 'hello back']));
  expectSame(all);
});
