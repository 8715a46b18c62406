import { collection, type CollectionReference, onSnapshot, type QueryDocumentSnapshot } from 'firebase/firestore';
import { withStore } from '../harness/store.ts';
import { exchangeWords, words } from './person.ts';
import { lane, scenario } from './scenario.ts';

declare global {
  /** Set by {@link holdUntilReleased} in the page. */
  var release: () => void;
}

scenario('TURN only: two who hide their addresses talk through the relay, and are told so', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.hidesTheirAddress();
  await ben.hidesTheirAddress();
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await Promise.all([ann.isConnected('relayed'), ben.isConnected('relayed')]);
  await ann.page.getByRole('heading', { level: 1 }).getByText(/ms · UDP$/).waitFor();
  const about = await ann.opensBadge();
  await about.getByText(words.path.relayed.title).waitFor();
  await about.getByText(words.path.carrierText({ carrier: 'udp', ownRelay: true })).waitFor();
});

scenario('one who hides their address is enough for the relay', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await ann.hidesTheirAddress();
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await Promise.all([ann.isConnected('relayed'), ben.isConnected('relayed')]);
});

scenario('[S3] the caller’s candidates are there before the answer', async ({ people }) => {
  const ann = await people.open('Ann', { before: holdUntilReleased, given: 'createAnswer' });
  const ben = await people.open('Ben', { before: holdUntilReleased, given: 'icecandidate' });
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await withStore(lane().store, async (store) => {
    const offered = first(collection(store, 'rooms'), (room) => room.get('offer') !== undefined);
    await ben.looksForSomeone(); // The second is the caller.
    const room = await offered;
    const batched = first(collection(room.ref, 'callerCandidates'), () => true);
    await ben.page.evaluate(() => globalThis.release());
    await batched;
  });
  await ann.page.evaluate(() => globalThis.release());
  await exchangeWords(ann, ben);
});

/** The first document of the collection that matches, as soon as it is written. */
function first(
  documents: CollectionReference,
  matches: (document: QueryDocumentSnapshot) => boolean,
): Promise<QueryDocumentSnapshot> {
  return new Promise((resolve, reject) => {
    const unsubscribe = onSnapshot(
      documents,
      ({ docs }) => {
        const found = docs.find(matches);
        if (!found) return;
        queueMicrotask(() => unsubscribe());
        resolve(found);
      },
      reject,
    );
  });
}

/** A browser that is slow in one thing: making an answer, or finding candidates. `release()` ends it. */
function holdUntilReleased(what: string): void {
  const released = new Promise<void>((resolve) => {
    globalThis.release = resolve;
  });
  const { prototype } = RTCPeerConnection;
  if (what === 'createAnswer') {
    // Both ways to an answer: createAnswer, and setLocalDescription without an argument.
    for (const name of ['createAnswer', 'setLocalDescription'] as const) {
      const now = prototype[name];
      const later = async function (this: RTCPeerConnection, ...given: unknown[]) {
        await released;
        return Reflect.apply(now, this, given) as unknown;
      };
      Object.defineProperty(prototype, name, { value: later });
    }
    return;
  }
  // A connection that learns of its candidates late: its description has none, and events wait.
  const local = Object.getOwnPropertyDescriptor(prototype, 'localDescription');
  Object.defineProperty(prototype, 'localDescription', {
    get(this: RTCPeerConnection) {
      const described: RTCSessionDescription | null = local?.get?.call(this);
      if (!described) return null;
      const sdp = described.sdp.replace(/a=(candidate|end-of-candidates).*\r\n/g, '');
      return { type: described.type, sdp };
    },
  });
  const late = (listener: (event: Event) => void) => (event: Event) => void released.then(() => listener(event));
  const add = prototype.addEventListener;
  prototype.addEventListener = function (this: RTCPeerConnection, type: string, listener: never, options?: never) {
    const isCandidate = type === 'icecandidate' || type === 'icegatheringstatechange';
    add.call(this, type, isCandidate ? late(listener) : listener, options);
  };
  for (const name of ['onicecandidate', 'onicegatheringstatechange']) {
    const handler = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, {
      set(this: RTCPeerConnection, listener: ((event: Event) => void) | null) {
        handler?.set?.call(this, listener && late(listener));
      },
    });
  }
}
