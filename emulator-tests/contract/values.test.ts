/** Values of every type and size, there and back: through the server, not the page's cache. */
import { describe, expect, inject } from 'vitest';
import { contract, TRANSPORTS } from './world.ts';

describe.each(TRANSPORTS)('%s', (transport) => {
  contract('every value comes back as it went', async ({ world }) => {
    const [ann, ben] = await Promise.all([world.open({ transport }), world.open({ transport })]);
    // Both pages make the same values, so that they are compared where their types are known.
    const same = async (write: boolean) =>
      (write ? ann : ben).run(async (sdk, writes) => {
        const { db, doc, setDoc, getDoc, Timestamp, GeoPoint, Bytes, vector } = sdk;
        const numbers = [
          0, -0, 1, -1, 0.1, NaN, Infinity, -Infinity, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, -(2 ** 63),
          5e-324, Number.MAX_VALUE, -1e-7,
        ];
        const values = {
          numbers, nothing: null, yes: true, empty: {}, none: [], text: '',
          times: [new Timestamp(0, 0), new Timestamp(-62135596800, 0), new Timestamp(253402300799, 999999000)],
          places: [new GeoPoint(0, -0), new GeoPoint(-90, 180), new GeoPoint(89.999999999, -179.5)],
          bytes: [Bytes.fromUint8Array(new Uint8Array()), Bytes.fromUint8Array(Uint8Array.from({ length: 256 }, (_, n) => n))],
          refs: [doc(db, 'a/b/c/d'), doc(db, 'ü/😀')],
          vector: vector([1, -0.5, Infinity, 0]),
          deep: { a: [{ b: [null, { c: NaN }] }] },
        };
        const it = doc(db, 'values/all');
        if (writes) {
          await setDoc(it, values);
          return true;
        }
        const found = (await getDoc(it)).data() ?? {};
        const differs: string[] = [];
        const compare = (path: string, one: unknown, other: unknown) => {
          if (Object.is(one, other)) return;
          if (typeof one === 'object' && typeof other === 'object' && one !== null && other !== null) {
            if ('isEqual' in one && typeof one.isEqual === 'function') {
              if (!one.isEqual(other)) differs.push(path);
              return;
            }
            if (one.constructor === other.constructor && !('firestore' in one)) {
              const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
              for (const key of keys) compare(`${path}.${key}`, Reflect.get(one, key), Reflect.get(other, key));
              return;
            }
            if ('path' in one && 'path' in other && one.path === other.path) return;
          }
          differs.push(path);
        };
        compare('', values, found);
        return differs;
      }, write);
    expect(await same(true)).toBe(true);
    // The official emulator (1.19.9) tells browsers 0 where -0 was written.
    expect(await same(false)).toEqual(inject('official') ? ['.numbers.1'] : []);
  });

  contract('text of every kind is kept, in ids, names and values, and every change of it is heard', async ({ world }) => {
    const texts = [
      'ünï', '日本語', 'שלום עולם', '\u202eabc\u202c', '😀👩‍👩‍👧‍👦', '𝒳\u{10ffff}', 'a\u2028b\u2029c', '\u0000\u0001\u001f\u007f', '"\'`\\\\n',
      'a.b.c', '*[]~/'.replace('/', ''), '%2F+&=', ' space ', '\ufeff', 'e\u0301é', '\uffff', '<script>', '$&{}',
    ];
    const [ann, ben] = await Promise.all([world.open({ transport }), world.open({ transport })]);
    await ben.run(({ db, collection, watch }) => void watch('all', collection(db, 'texts')));
    await ann.run(async ({ db, doc, writeBatch, updateDoc, FieldPath }, all) => {
      const batch = writeBatch(db);
      for (const text of all) batch.set(doc(db, 'texts', text), { [text]: { [text]: text }, text });
      await batch.commit();
      for (const text of all) await updateDoc(doc(db, 'texts', text), new FieldPath(text, text), `${text}${text}`);
    }, texts);
    const heard = await ben.run(async ({ db, watched, query, collection, where, getDocs }, all) => {
      const { docs } = await watched('all').until((h) => all.every((text) => h.docs.get(text)?.[text]?.[text] === text + text));
      const one = all.at(4) ?? '';
      const asked = await getDocs(query(collection(db, 'texts'), where('text', '==', one)));
      return { docs: [...docs.keys()], asked: asked.docs.map(({ id }) => id) };
    }, texts);
    expect(heard.docs.toSorted()).toEqual(texts.toSorted());
    expect(heard.asked).toEqual([texts[4]]);
  });

  contract('a document of 1 MiB passes, to its last byte, and one byte more is refused', async ({ world }) => {
    const [ann, ben] = await Promise.all([world.open({ transport }), world.open({ transport })]);
    await ben.run(({ db, doc, watch }) => void watch('it', doc(db, 'large/a')));
    const codes = await ann.run(async ({ db, doc, setDoc, codeOf }) => {
      // A name costs its segments and 16, a document 32, a field's name and a string their bytes and 1. One value
      // alone may not be that large.
      const rest = 1024 * 1024 - 32 - (16 + 'large'.length + 1 + 'a'.length + 1) - 2 * ('t'.length + 1 + 1);
      // Nine bytes for four code units and three characters: what the wire counts matters.
      const half = 'é€😀'.repeat(Math.floor(rest / 18));
      const other = half + 'x'.repeat(rest - 18 * Math.floor(rest / 18));
      const over = await codeOf(setDoc(doc(db, 'large/a'), { t: half, u: `${other}x` }));
      return [over, await codeOf(setDoc(doc(db, 'large/a'), { t: half, u: other }))];
    });
    expect(codes).toEqual(['invalid-argument', 'fine']);
    const length = await ben.run(async ({ watched }) => {
      const { docs } = await watched('it').until((h) => h.docs.has('a'));
      return new TextEncoder().encode(docs.get('a')?.t + docs.get('a')?.u).length;
    });
    expect(length).toBe(1024 * 1024 - 32 - 24 - 6);
  });
});

contract('a query of 500 documents of 10 KB brings them all, and then what changes', async ({ world }) => {
  const [ann, ben] = await Promise.all([world.open(), world.open({ transport: 'long polling' })]);
  await ann.run(async ({ db, doc, writeBatch }) => {
    for (let from = 0; from < 500; from += 250) {
      const batch = writeBatch(db);
      for (let n = from; n < from + 250; n += 1) batch.set(doc(db, `many/${n}`), { n, text: '日本😀'.repeat(1000) });
      await batch.commit();
    }
  });
  for (const who of [ann, ben]) {
    await who.run(async ({ db, collection, watch }) => {
      await watch('all', collection(db, 'many')).until((h) => h.docs.size === 500);
    });
  }
  const once = await ben.run(({ watched }) => watched('all').changes());
  expect(new Set(once).size).toBe(500);
  expect(once.length).toBe(500);
  // The official emulator (1.19.9) loses a change that comes soon after a large answer, on a busy machine: ADR 0011.
  if (inject('official')) return;
  await world.admin.delete('many/77');
  const changes = await ben.run(async ({ watched }) => {
    await watched('all').until((h) => h.docs.size === 499);
    return watched('all').changes();
  });
  expect(changes.slice(500)).toEqual(['removed 77']);
});

contract('what Firestore does not store is refused', async ({ world }) => {
  const ann = await world.open();
  const codes = await ann.run(async ({ db, doc, setDoc, codeOf, collection, query, where, getDocs }) => {
    const refused = (act: () => Promise<unknown>) => codeOf(Promise.resolve().then(act));
    return [
      await refused(() => setDoc(doc(db, 'a/b'), { nested: [[1]] })),
      await refused(() => setDoc(doc(db, 'a/__b__'), { n: 1 })),
      await refused(() => setDoc(doc(db, 'a/b'), { __n__: 1 })),
      await refused(() => setDoc(doc(db, 'a/b'), { a: 'x'.repeat(2 ** 20) })),
      await refused(() => getDocs(query(collection(db, 'a'), where('n', 'in', Array.from({ length: 31 }, (_, n) => n))))),
      await refused(() => setDoc(doc(db, 'a/b'), { fine: true })),
    ];
  });
  expect(codes).toEqual([
    'invalid-argument', 'invalid-argument', 'invalid-argument', 'invalid-argument', 'invalid-argument', 'fine',
  ]);
});
