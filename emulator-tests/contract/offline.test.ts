/** No network for a while, and tabs of one browser that come and go. */
import { describe, expect, vi } from 'vitest';
import { type Client, contract, type World } from './world.ts';

/** What happens while somebody is offline, and what they find when they are back. */
async function awayAndBack({ admin }: World, who: Client, leave: () => Promise<unknown>, back: () => Promise<unknown>) {
  await admin.set('rooms/goes', { n: 0 });
  await who.run(async ({ db, collection, watch }) => {
    await watch('all', collection(db, 'rooms')).until((h) => h.docs.size === 1);
  });
  await leave();
  await who.run(async ({ db, doc, setDoc, updateDoc, deleteDoc, increment, arrayUnion, watched }) => {
    const mine = doc(db, 'rooms/mine');
    void setDoc(mine, { n: 1, order: ['set'] });
    void updateDoc(mine, { n: increment(1), order: arrayUnion('once') });
    void updateDoc(mine, { n: increment(1), order: arrayUnion('twice') });
    void setDoc(doc(db, 'rooms/brief'), { n: 1 });
    void deleteDoc(doc(db, 'rooms/brief'));
    await watched('all').untilHeard((h) => h.docs.get('mine')?.n === 3 && h.pending);
  });
  await admin.delete('rooms/goes');
  await admin.set('rooms/comes', { n: 9 });
  expect(await admin.get('rooms/mine')).toBeUndefined();
  await back();
  const docs = await who.run(async ({ db, watched, waitForPendingWrites }) => {
    await waitForPendingWrites(db);
    const last = await watched('all').until((h) => h.docs.has('comes') && !h.docs.has('goes'));
    return [...last.docs];
  });
  const mine = { n: 3, order: ['set', 'once', 'twice'] };
  expect(docs).toEqual([['comes', { n: 9 }], ['mine', mine]]);
  expect(await admin.get('rooms/mine')).toEqual(mine);
}

describe.each(['detected', 'long polling'] as const)('%s', (transport) => {
  contract('the app goes offline and back: its writes are made in their order', async ({ world }) => {
    const ann = await world.open({ transport });
    await awayAndBack(
      world,
      ann,
      () => ann.run(({ db, disableNetwork }) => disableNetwork(db)),
      () => ann.run(({ db, enableNetwork }) => enableNetwork(db)),
    );
  });

  contract('the browser loses its network and finds it again', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ann = await world.open({ transport, host: through });
    const context = ann.page.context();
    await awayAndBack(
      world,
      ann,
      // Chromium's own switch spares connections that are open.
      async () => {
        await context.setOffline(true);
        wire.sever();
      },
      async () => {
        wire.mend();
        await context.setOffline(false);
      },
    );
  });
});

contract('a page that goes leaves no connection open', async ({ world }) => {
  const { wire, through } = await world.wire();
  const ann = await world.open({ host: through });
  await ann.run(async ({ db, doc, setDoc, watch }) => {
    await setDoc(doc(db, 'rooms/one'), { n: 1 });
    await watch('it', doc(db, 'rooms/one')).until((h) => h.docs.size === 1);
  });
  expect(wire.open).toBeGreaterThan(0);
  await ann.page.context().close();
  // Not expect.poll, which looks for the one test that runs: here others run beside.
  await vi.waitUntil(() => wire.open === 0, { timeout: 10_000 });
});

contract('tabs share one cache; the one that leads is closed, and the other goes on', async ({ world }) => {
  const first = await world.open({ persistent: true });
  await first.run(async ({ db, collection, watch }) => {
    await watch('all', collection(db, 'rooms')).until(() => true);
  });
  const second = await world.open({ persistent: true, tabOf: first });
  await second.run(async ({ db, collection, doc, setDoc, watch }) => {
    watch('all', collection(db, 'rooms'));
    await setDoc(doc(db, 'rooms/a'), { by: 'second' });
  });
  await first.run(async ({ watched }) => void (await watched('all').until((h) => h.docs.has('a'))));
  await world.admin.set('rooms/b', { by: 'admin' });
  await second.run(async ({ watched }) => void (await watched('all').until((h) => h.docs.has('b'))));
  await first.page.close({ runBeforeUnload: true });
  await world.admin.set('rooms/c', { by: 'admin' });
  const ids = await second.run(async ({ db, doc, setDoc, watched }) => {
    await watched('all').until((h) => h.docs.has('c'));
    await setDoc(doc(db, 'rooms/d'), { by: 'second' });
    return [...(await watched('all').until((h) => h.docs.has('d'))).docs.keys()].join('');
  });
  expect(ids).toBe('abcd');
  expect(await world.admin.get('rooms/d')).toEqual({ by: 'second' });
});

contract('what was written offline survives a reload, and is made once', async ({ world }) => {
  const before = await world.open({ persistent: true });
  await before.run(async ({ db, doc, setDoc, disableNetwork, increment, getDocFromCache }) => {
    await setDoc(doc(db, 'rooms/one'), { n: 1 });
    await disableNetwork(db);
    void setDoc(doc(db, 'rooms/one'), { n: increment(1) }, { merge: true });
    await getDocFromCache(doc(db, 'rooms/one'));
  });
  const after = await world.open({ persistent: true, tabOf: before });
  await before.page.close({ runBeforeUnload: true });
  const n = await after.run(async ({ db, doc, watch }) => {
    const { docs } = await watch('it', doc(db, 'rooms/one')).until((h) => h.docs.get('one')?.n === 2);
    return docs.get('one')?.n;
  });
  expect(n).toBe(2);
  expect(await world.admin.get('rooms/one')).toEqual({ n: 2 });
});
