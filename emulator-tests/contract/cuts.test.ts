/** The connection breaks in every way. Every change arrives once, every write is made once. */
import { describe, expect } from 'vitest';
import { contract } from './world.ts';

describe.each(['streaming', 'long polling'] as const)('%s', (transport) => {
  contract('all connections are cut, again and again', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ben = await world.open({ transport, host: through });
    await ben.run(async ({ db, collection, watch }) => {
      await watch('all', collection(db, 'rooms')).until(() => true);
    });
    const written = ben.run(async ({ db, doc, setDoc, increment }) => {
      for (let n = 0; n < 12; n += 1) await setDoc(doc(db, 'counts/ben'), { n: increment(1) }, { merge: true });
    });
    for (let n = 0; n < 24; n += 1) {
      await world.admin.set(`rooms/${n}`, { n });
      if (n % 8 === 4) wire.cut();
    }
    await written;
    const changes = await ben.run(async ({ watched }) => {
      await watched('all').until((h) => h.docs.size === 24);
      return watched('all').changes();
    });
    expect(changes.toSorted()).toEqual(Array.from({ length: 24 }, (_, n) => `added ${n}`).toSorted());
    expect(await world.admin.get('counts/ben')).toEqual({ n: 12 });
  });

  contract('nothing passes for a while, and nothing is lost or doubled after', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ben = await world.open({ transport, host: through });
    for (const id of ['stays', 'goes', 'changes']) await world.admin.set(`rooms/${id}`, { n: 1 });
    await ben.run(async ({ db, collection, watch }) => {
      await watch('all', collection(db, 'rooms')).until((h) => h.docs.size === 3);
    });
    wire.sever();
    await ben.run(({ db, doc, updateDoc, setDoc, increment }) => {
      void updateDoc(doc(db, 'rooms/stays'), { n: increment(10) });
      void setDoc(doc(db, 'rooms/mine'), { n: increment(1) }, { merge: true });
    });
    await world.admin.delete('rooms/goes');
    await world.admin.set('rooms/changes', { n: 2 });
    await world.admin.set('rooms/comes', { n: 3 });
    wire.mend();
    // As a browser does that has its network again; else the SDK tries when it is time to.
    await ben.page.evaluate(() => dispatchEvent(new Event('online')));
    const end = await ben.run(async ({ watched, waitForPendingWrites, db }) => {
      await waitForPendingWrites(db);
      const { docs } = await watched('all').until((h) => h.docs.has('comes') && !h.docs.has('goes') && h.docs.has('mine'));
      return { docs: [...docs].map(([id, { n }]) => `${id} ${n}`), changes: watched('all').changes() };
    });
    expect(end.docs).toEqual(['changes 2', 'comes 3', 'mine 1', 'stays 11']);
    expect(end.changes.slice(3).toSorted()).toEqual([
      'added comes', 'added mine', 'modified changes', 'modified stays', 'removed goes',
    ]);
  });

  contract('bytes are held back, then come in crumbs', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ben = await world.open({ transport, host: through });
    await ben.run(async ({ db, collection, watch }) => {
      await watch('all', collection(db, 'räume')).until(() => true);
    });
    wire.stall();
    const written = ben.run(async ({ db, doc, setDoc, increment }) => {
      await setDoc(doc(db, 'räume/ben'), { n: increment(1), text: 'ünï😀' });
    });
    await world.admin.set('räume/ann', { text: '日本😀' });
    wire.crumble(3);
    wire.mend();
    await written;
    const heard = await ben.run(async ({ watched }) => {
      const { docs } = await watched('all').until((h) => h.docs.size === 2);
      return { docs: [...docs.values()], changes: watched('all').changes().filter((change) => change.startsWith('added')) };
    });
    expect(heard).toEqual({
      docs: [{ text: '日本😀' }, { n: 1, text: 'ünï😀' }], changes: expect.arrayContaining(['added ann', 'added ben']),
    });
    expect(heard.changes.length).toBe(2);
  });

  contract('a connection is cut in the middle of a document', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ben = await world.open({ transport, host: through });
    await ben.run(async ({ db, collection, watch }) => {
      await watch('all', collection(db, 'rooms')).until(() => true);
    });
    const cut = wire.cutInside('cut in the middle of this');
    await world.admin.set('rooms/one', { text: `ü${'x'.repeat(5_000)} cut in the middle of this, and go on` });
    await cut;
    await world.admin.set('rooms/two', { n: 2 });
    const changes = await ben.run(async ({ watched }) => {
      await watched('all').until((h) => h.docs.size === 2);
      return watched('all').changes();
    });
    expect(changes).toEqual(['added one', 'added two']);
  });

  contract('the answer to a write is lost: it is made once, and acknowledged', async ({ world }) => {
    const { wire, through } = await world.wire();
    const ben = await world.open({ transport, host: through });
    await ben.run(async ({ db, doc, setDoc }) => setDoc(doc(db, 'rooms/one'), { n: 7_700_000_000 }));
    const lost = wire.loseAnswerTo('marked');
    await ben.run(async ({ db, doc, updateDoc, increment }) => {
      await updateDoc(doc(db, 'rooms/one'), { n: increment(1), text: 'marked' });
    });
    await lost;
    // The acknowledgement itself is cut, on its way in the other direction.
    const cut = wire.cutInside('7700000002');
    await ben.run(async ({ db, doc, updateDoc, increment }) => updateDoc(doc(db, 'rooms/one'), { n: increment(1) }));
    await cut;
    expect(await world.admin.get('rooms/one')).toEqual({ n: 7_700_000_002, text: 'marked' });
  });
});
