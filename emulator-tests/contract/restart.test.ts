/** Our own emulator, whichever Firestore the other files are about, ends and comes back with nothing in it. */
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished } from 'vitest';
import { freePort } from '../harness/free-port.ts';
import { type ParleyEmulator, startParleyEmulator } from '../harness/parley-emulator.ts';
import { contract } from './world.ts';

const OPEN_RULES = fileURLToPath(new URL('open.rules', import.meta.url));

describe.each([
  ['ended as Ctrl-C does', (emulator: ParleyEmulator) => emulator.stop()],
  ['killed', (emulator: ParleyEmulator) => emulator.kill()],
])('%s', (_, end) => {
  contract('listeners hear that all is gone, and a waiting write is made', async ({ world }) => {
    const port = `${await freePort()}`;
    const start = () => startParleyEmulator('-port', port, '-rules', OPEN_RULES);
    let emulator = await start();
    onTestFinished(() => emulator.stop());
    const [ann, ben] = await Promise.all([world.open({ host: emulator.host }), world.open({ host: emulator.host })]);
    await ann.run(async ({ db, doc, setDoc }) => {
      await setDoc(doc(db, 'rooms/a'), { n: 1 });
      await setDoc(doc(db, 'rooms/b'), { n: 1 });
    });
    await ben.run(async ({ db, doc, collection, watch }) => {
      await watch('one', doc(db, 'rooms/a')).until((h) => h.docs.size === 1);
      await watch('all', collection(db, 'rooms')).until((h) => h.docs.size === 2);
    });
    await end(emulator);
    await ann.run(({ db, doc, setDoc, increment }) => {
      void setDoc(doc(db, 'rooms/c'), { n: increment(1) }, { merge: true });
    });
    emulator = await start();
    // As a browser does that has its network again; else the SDK tries when it is time to.
    for (const { page } of [ann, ben]) await page.evaluate(() => dispatchEvent(new Event('online')));
    const heard = await ben.run(async ({ watched }) => {
      await watched('one').until((h) => h.docs.size === 0);
      const { docs } = await watched('all').until((h) => h.docs.has('c') && h.docs.size === 1);
      return docs.get('c');
    });
    expect(heard).toEqual({ n: 1 });
  });
});
