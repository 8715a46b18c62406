/** Questions that the SDK can ask: what finds what is the differential tests' matter, this is about the wire. */
import { expect } from 'vitest';
import { contract } from './world.ts';

contract('cursors, or, in, array-contains, collection groups and backwards', async ({ world }) => {
  const ann = await world.open({ transport: 'streaming' });
  const found = await ann.run(async (sdk) => {
    const { db, doc, collection, collectionGroup, writeBatch, query, where, or, and, orderBy, getDocs } = sdk;
    const { startAt, startAfter, endBefore, endAt, limit, limitToLast, documentId, getDoc } = sdk;
    const batch = writeBatch(db);
    for (let n = 0; n < 10; n += 1) batch.set(doc(db, `r/${n}`), { n, odd: n % 2 === 1, tags: [`t${n % 3}`, 'all'] });
    batch.set(doc(db, 'r/1/deep/x'), { n: 1 }).set(doc(db, 'r/2/deep/y'), { n: 2 });
    await batch.commit();
    const r = collection(db, 'r');
    const byN = query(r, orderBy('n'));
    const ids = async (asked: typeof byN) => (await getDocs(asked)).docs.map(({ id }) => id).join('');
    const four = await getDoc(doc(db, 'r/4'));
    return {
      between: await ids(query(byN, startAt(2), endBefore(5))),
      after: await ids(query(byN, startAfter(four), endAt(7))),
      page: await ids(query(byN, startAfter(four), limit(2))),
      last: await ids(query(byN, endBefore(four), limitToLast(2))),
      down: await ids(query(r, orderBy('n', 'desc'), limit(3))),
      or: await ids(query(r, or(where('n', '<', 2), and(where('odd', '==', true), where('n', '>', 6))), orderBy('n'))),
      in: await ids(query(r, where('n', 'in', [3, 5, 77]))),
      not: await ids(query(r, where('n', 'not-in', [0, 1, 2, 3, 4, 5]))),
      has: await ids(query(r, where('tags', 'array-contains', 't1'))),
      any: await ids(query(r, where('tags', 'array-contains-any', ['t1', 't2']))),
      named: await ids(query(r, where(documentId(), 'in', ['8', '9']))),
      group: await ids(collectionGroup(db, 'deep')),
    };
  });
  expect(found).toEqual({
    between: '234', after: '567', page: '56', last: '23', down: '987', or: '0179', in: '35', not: '6789', has: '147',
    any: '124578', named: '89', group: 'xy',
  });
});

contract('count, sum and average are counted on the server', async ({ world }) => {
  const ann = await world.open();
  const found = await ann.run(async (sdk) => {
    const { db, doc, collection, collectionGroup, setDoc, query, where, limit } = sdk;
    const { getCountFromServer, getAggregateFromServer, count, sum, average } = sdk;
    const r = collection(db, 'r');
    const none = (await getAggregateFromServer(r, { n: count(), sum: sum('n'), average: average('n') })).data();
    for (const n of [1, 2.5, 4]) await setDoc(doc(r), { n, half: n / 2 });
    await setDoc(doc(r, 'x/r/deep'), { n: 100 });
    return {
      none,
      all: (await getCountFromServer(r)).data(),
      two: (await getCountFromServer(query(r, limit(2)))).data(),
      some: (await getAggregateFromServer(query(r, where('n', '>', 1)), { s: sum('n'), a: average('half') })).data(),
      group: (await getAggregateFromServer(collectionGroup(db, 'r'), { c: count(), s: sum('n') })).data(),
    };
  });
  expect(found).toEqual({
    none: { n: 0, sum: 0, average: null }, all: { count: 3 }, two: { count: 2 }, some: { s: 6.5, a: 1.625 },
    group: { c: 4, s: 107.5 },
  });
});

contract('transactions of two pages lose no update', async ({ world }) => {
  const people = await Promise.all([world.open(), world.open({ transport: 'long polling' })]);
  await world.admin.set('rooms/one', { n: 0, log: [] });
  await world.admin.set('rooms/read', { add: 1 });
  const done = await Promise.all(
    people.map((who, at) =>
      who.run(async ({ db, doc, runTransaction }, me) => {
        let tries = 0;
        for (let turn = 0; turn < 5; turn += 1) {
          await runTransaction(
            db,
            async (transaction) => {
              tries += 1;
              const [it, read] = [doc(db, 'rooms/one'), doc(db, 'rooms/read')];
              const [now, { add }] = [(await transaction.get(it)).data(), (await transaction.get(read)).data() ?? {}];
              const absent = await transaction.get(doc(db, `rooms/${me}-${turn}`));
              if (absent.exists()) throw new Error('done before');
              transaction.update(it, { n: now?.n + add, log: [...(now?.log ?? []), `${me}-${turn}`] });
              transaction.set(doc(db, `rooms/${me}-${turn}`), { tries });
            },
            { maxAttempts: 20 },
          );
        }
        return tries;
      }, at),
    ),
  );
  const end = await world.admin.get('rooms/one');
  expect(end?.n).toBe(10);
  expect(end?.log.toSorted()).toEqual([0, 1].flatMap((me) => [0, 1, 2, 3, 4].map((turn) => `${me}-${turn}`)));
  expect(Math.min(...done)).toBeGreaterThanOrEqual(5);
});

contract('a transaction that fails writes nothing, and says why', async ({ world }) => {
  const ann = await world.open();
  const codes = await ann.run(async ({ db, doc, runTransaction, getDoc, codeOf }) => {
    const [a, b] = [doc(db, 'rooms/a'), doc(db, 'rooms/b')];
    const absent = await codeOf(
      runTransaction(db, async (transaction) => {
        await transaction.get(a);
        transaction.set(b, { n: 1 }).update(a, { n: 1 });
      }),
    );
    const thrown = await codeOf(
      runTransaction(db, async (transaction) => {
        transaction.set(b, { n: 1 });
        throw new Error('no');
      }),
    );
    return { absent, thrown, b: (await getDoc(b)).exists() };
  });
  expect(codes).toEqual({ absent: 'invalid-argument', thrown: 'Error: no', b: false });
});
