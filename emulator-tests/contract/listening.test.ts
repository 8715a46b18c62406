/** What listeners hear of others' changes and of their own, by every transport. */
import { describe, expect } from 'vitest';
import { contract, TRANSPORTS } from './world.ts';

describe.each(TRANSPORTS)('%s', (transport) => {
  contract('a document comes, changes, goes and comes again', async ({ world }) => {
    const ann = await world.open({ transport });
    const until = (n: number | null) =>
      ann.run(async ({ watched }, expected) => {
        await watched('it').until((h) => (h.docs.get('one')?.n ?? null) === expected);
      }, n);
    await ann.run(({ db, doc, watch }) => void watch('it', doc(db, 'rooms/one')));
    await until(null);
    await world.admin.set('rooms/one', { n: 1 });
    await until(1);
    await world.admin.set('rooms/one', { n: 2 });
    await until(2);
    await world.admin.delete('rooms/one');
    await until(null);
    await world.admin.set('rooms/one', { n: 3 });
    await until(3);
    const heard = await ann.run(({ watched }) => watched('it').heard.map(({ docs }) => docs.get('one')?.n ?? null));
    expect(heard.filter((n, at) => n !== heard[at - 1])).toEqual([null, 1, 2, null, 3]);
  });

  contract('a query hears who comes, changes, leaves and is pushed out', async ({ world }) => {
    const { admin } = world;
    for (const [id, n] of Object.entries({ a: 1, b: 2, c: 3, d: 4 })) await admin.set(`rooms/${id}`, { n, in: true });
    const ann = await world.open({ transport });
    await ann.run(({ db, collection, query, where, orderBy, limit, limitToLast, watch }) => {
      const rooms = query(collection(db, 'rooms'), where('in', '==', true), orderBy('n'));
      watch('all', rooms);
      watch('first', query(rooms, limit(2)));
      watch('last', query(rooms, limitToLast(2)));
    });
    const until = (expected: Record<string, string>) =>
      ann.run(async ({ watched }, ids) => {
        for (const [name, list] of Object.entries(ids)) await watched(name).until((h) => [...h.docs.keys()].join('') === list);
      }, expected);
    await until({ all: 'abcd', first: 'ab', last: 'cd' });
    await admin.set('rooms/0', { n: 0, in: true });
    await until({ all: '0abcd', first: '0a', last: 'cd' });
    await admin.delete('rooms/a');
    await until({ all: '0bcd', first: '0b', last: 'cd' });
    await admin.set('rooms/d', { n: 4, in: false });
    await until({ all: '0bc', first: '0b', last: 'bc' });
    await admin.set('rooms/0', { n: 9, in: true });
    await until({ all: 'bc0', first: 'bc', last: 'c0' });
    const changes = await ann.run(({ watched }) => ['all', 'first', 'last'].map((name) => watched(name).changes()));
    expect(changes).toEqual([
      ['added a', 'added b', 'added c', 'added d', 'added 0', 'removed a', 'removed d', 'modified 0'],
      ['added a', 'added b', 'removed b', 'added 0', 'removed a', 'added b', 'removed 0', 'added c'],
      ['added c', 'added d', 'removed d', 'added b', 'removed b', 'added 0'],
    ]);
  });

  contract('own writes are heard at once, marked as pending, and once from the server', async ({ world }) => {
    const ann = await world.open({ transport });
    const heard = await ann.run(async ({ db, collection, doc, setDoc, watch }) => {
      const listener = watch('all', collection(db, 'rooms'));
      await listener.until(() => true);
      await setDoc(doc(db, 'rooms/one'), { n: 1 });
      await listener.until((h) => h.docs.has('one'));
      return listener.heard.map(({ docs, changes, pending }) => [docs.size, changes.join(), pending]);
    });
    expect(heard.filter(([size], at) => size === 1 || at === 0)).toEqual([
      [0, '', false],
      [1, 'added one', true],
      [1, '', false],
    ]);
  });

  contract('twenty listeners on one stream each hear their own, and those that left hear nothing', async ({ world }) => {
    const ann = await world.open({ transport });
    await ann.run(async ({ db, doc, watch }) => {
      const opened = Array.from({ length: 20 }, (_, n) => watch(`${n}`, doc(db, `rooms/${n}`)));
      await Promise.all(opened.map((listener) => listener.until(() => true)));
      opened.forEach((listener, n) => {
        if (n % 2 === 0) listener.stop();
      });
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => world.admin.set(`rooms/${n}`, { n })));
    const last = await ann.run(async ({ watched }) => {
      for (let n = 1; n < 20; n += 2) await watched(`${n}`).until((h) => h.docs.get(`${n}`)?.n === n);
      return Array.from({ length: 20 }, (_, n) => watched(`${n}`).heard.at(-1)?.docs.size);
    });
    expect(last).toEqual(Array.from({ length: 20 }, (_, n) => n % 2));
  });
});
