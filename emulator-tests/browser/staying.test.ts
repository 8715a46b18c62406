/** Conversations that outlive their connections (SPEC sections 11 and 15). */
import { expect } from 'vitest';
import { asleep, breakOff, keepsChannels, lineOf } from './line.ts';
import { exchangeWords, type Person, words } from './person.ts';
import { areLinked, copyOf, gathered } from './room.ts';
import { scenario } from './scenario.ts';

/** ICE notices within some seconds that the line is gone, on a busy machine later. */
const UNTIL_NOTICED_MS = 30_000;

scenario('[M8] strangers: the network of one is gone for a while; what both wrote arrives once', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  const line = await lineOf(ben);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  await line.cut(async () => {
    await Promise.all([ann, ben].map((one) => one.notices(words.talk.unsteady, UNTIL_NOTICED_MS)));
    for (const n of [1, 2, 3]) {
      await ann.writes(`Ann ${n}`);
      await ben.writes(`Ben ${n}`);
    }
  });
  await Promise.all([ann.hears('Ben 3'), ben.hears('Ann 3')]);
  expect(await written(ben, 'Ann')).toEqual(['Hello from Ann', 'Ann 1', 'Ann 2', 'Ann 3']);
  expect(await written(ann, 'Ben')).toEqual(['Hello from Ben', 'Ben 1', 'Ben 2', 'Ben 3']);
});

scenario('[R5] in a room: connections break again and again while all write', async ({ people }) => {
  const { members } = await gathered(people, ['Ann', 'Ben', 'Cem']);
  const [ann, ben, cem] = members as [Person, Person, Person];
  await areLinked(members);
  for (const round of [1, 2, 3]) {
    await Promise.all([breakOff(ann), breakOff(ben)]);
    await Promise.all(members.map((one) => one.writes(`${one.name} ${round}`)));
    await Promise.all([ann.hears(`Ben ${round}`), ben.hears(`Cem ${round}`), cem.hears(`Ann ${round}`)]);
  }
  const all = async () => (await Promise.all(members.map(copyOf))).map((copy) => copy.map(({ text }) => text));
  await expect.poll(async () => (await all()).map((texts) => texts.length)).toEqual([9, 9, 9]);
  const [anns = [], bens, cems] = await all();
  expect(bens).toEqual(anns);
  expect(cems).toEqual(anns);
  for (const { name } of members) {
    expect(anns.filter((text) => text.startsWith(name))).toEqual([1, 2, 3].map((round) => `${name} ${round}`));
  }
});

scenario('[M3] a page that stands still takes what came meanwhile when it goes on', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await asleep(ben, async () => {
    await ann.writes('Are you asleep?');
    await ann.page.getByText(words.talk.sending).waitFor();
  });
  await ben.hears('Are you asleep?');
  await ann.page.getByText(words.talk.sending).waitFor({ state: 'detached' });
  await exchangeWords(ben, ann);
});

scenario('[M7] when the network changes ICE is restarted over the line, which stays', async ({ people }) => {
  const both = await Promise.all(['Ann', 'Ben'].map((name) => people.open(name, { before: keepsChannels })));
  const [ann, ben] = both as [Person, Person];
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  for (const one of both) {
    const before = (await Promise.all(both.map(credentials))).flat();
    await one.page.evaluate(() => window.dispatchEvent(new Event('online')));
    const anew = async () => (await Promise.all(both.map(credentials))).flat().every((now, i) => now !== before[i]);
    await expect.poll(anew).toBe(true);
    await exchangeWords(ann, ben);
  }
  expect((await Promise.all(both.map(credentials))).map((one) => one.length)).toEqual([1, 1]);
});

scenario('[M11] over a relay: before the credentials end both have others, and the line stays', async ({ people }) => {
  const both = await Promise.all(['Ann', 'Ben'].map((name) => people.open(name, { before: keepsChannels })));
  const [ann, ben] = both as [Person, Person];
  for (const one of both) {
    // A page that is told of six seconds takes others after four.
    await one.context.route('**/ice-servers', async (route) => {
      const said = await route.fetch();
      await route.fulfill({ response: said, json: { ...(await said.json()), ttlSeconds: 6 } });
    });
    await one.hidesTheirAddress();
  }
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  const before = await Promise.all([...both.map(credentials), ...both.map(relayNames)]);
  const anew = async () => {
    const now = await Promise.all([...both.map(credentials), ...both.map(relayNames)]);
    return now.every((names, i) => names.length === 1 && names[0] !== before[i]?.[0]);
  };
  await expect.poll(anew, { timeout: 20_000 }).toBe(true);
  await exchangeWords(ben, ann);
});

/** As whom each connection that is there asks the relay. */
function relayNames(person: Person): Promise<(string | undefined)[]> {
  return person.page.evaluate(() =>
    globalThis.connections
      .filter(({ connectionState }) => connectionState === 'connected')
      .map((one) => one.getConfiguration().iceServers?.find(({ username }) => username)?.username),
  );
}

/** What ICE calls this side of each connection that is there. */
function credentials(person: Person): Promise<(string | undefined)[]> {
  return person.page.evaluate(() =>
    globalThis.connections
      .filter(({ connectionState }) => connectionState === 'connected')
      .map((one) => one.currentLocalDescription?.sdp.match(/a=ice-ufrag:(\S+)/u)?.[1]),
  );
}

/** The lines that begin with this name, or greet from it, as this person has them. */
async function written(person: Person, by: string): Promise<string[]> {
  return (await person.lines()).filter((line) => line.startsWith(`${by} `) || line === `Hello from ${by}`);
}
