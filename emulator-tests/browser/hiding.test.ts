/** What leaves a page that hides its address: every candidate of every description, as both sides see them. */
import { expect } from 'vitest';
import { exchangeWords, type Person } from './person.ts';
import { scenario } from './scenario.ts';

declare global {
  /** What the page's connections found, described or were told; see {@link tellsCandidates}. */
  var told: { readonly by: 'us' | 'them'; readonly text: string }[];
  /** The connections themselves. */
  var pairs: RTCPeerConnection[];
}

/** As Chromium writes a candidate of a relay, without from where that is reached. */
const OF_A_RELAY = /^candidate:\S+ 1 udp \d+ (\S+) \d+ typ relay raddr 0\.0\.0\.0 rport 0\b/;

scenario('who hides their address shows none, in offers, answers and restarts', async ({ people }) => {
  const both = await Promise.all(['Ann', 'Ben'].map((name) => people.open(name, { before: tellsCandidates })));
  const [ann, ben] = both as [Person, Person];
  for (const one of both) await one.hidesTheirAddress();
  const asked = relayOf(ann);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await exchangeWords(ann, ben);
  const relay = await asked;
  for (const one of both) {
    const before = await Promise.all(both.map(restarts));
    await one.page.evaluate(() => window.dispatchEvent(new Event('online')));
    const anew = async () => (await Promise.all(both.map(restarts))).every((now, i) => now > (before[i] ?? 0));
    await expect.poll(anew, { timeout: 10_000 }).toBe(true);
  }
  await exchangeWords(ben, ann);
  for (const one of both) {
    const told = await one.page.evaluate(() => [
      ...globalThis.told,
      ...globalThis.pairs.map(({ localDescription }) => ({ by: 'us', text: localDescription?.sdp ?? '' })),
    ]);
    const lines = told.flatMap(({ by, text }) =>
      text.split('\r\n').map((line) => ({ by, line: line.replace(/^a=/, '') })),
    );
    const candidates = lines.filter(({ line }) => line.startsWith('candidate:'));
    for (const { line } of candidates) expect(OF_A_RELAY.exec(line)?.[1], line).toBe(relay);
    // The first description, and one for each restart.
    for (const by of ['us', 'them']) {
      expect(candidates.filter((each) => each.by === by).length).toBeGreaterThanOrEqual(3);
    }
    // Chromium says 127.0.0.1 of itself, always, and shows the best candidate's address, or none.
    for (const { line } of lines) {
      if (line.startsWith('o=')) expect(line).toMatch(/ 127\.0\.0\.1$/);
      if (line.startsWith('c=')) expect([`c=IN IP4 ${relay}`, 'c=IN IP4 0.0.0.0']).toContain(line);
    }
  }
});

scenario('where there is no relay it says so, and finds nothing else', async ({ people }) => {
  const ann = await people.prepare('Ann');
  await ann.context.addInitScript(tellsCandidates);
  await ann.context.route('**/ice-servers', async (route) => {
    const said = await route.fetch();
    const list: { iceServers: RTCIceServer[] } = await said.json();
    const iceServers = list.iceServers.filter(({ urls }) => String(urls).startsWith('stun:'));
    await route.fulfill({ response: said, json: { ...list, iceServers, relay: 'unavailable' } });
  });
  await ann.opens(people.url);
  await ann.hidesTheirAddress();
  await ann.looksForSomeone();
  await ann.meets('relay_unavailable');
  const described = () => globalThis.pairs.map(({ localDescription }) => localDescription?.sdp ?? '').join();
  expect(await ann.page.evaluate(() => globalThis.told)).toEqual([]);
  expect(await ann.page.evaluate(described)).not.toContain('a=candidate:');
});

/** The relay's address, as the function says it when the person asks next. */
async function relayOf(person: Person): Promise<string | undefined> {
  const answered = await person.page.waitForResponse((one) => one.url().endsWith('/ice-servers'));
  const list: { iceServers: RTCIceServer[] } = await answered.json();
  const url = list.iceServers.flatMap(({ urls }) => urls).find((one) => one.startsWith('turn:'));
  return /^turn:([\d.]+):/.exec(url ?? '')?.[1];
}

/** How many descriptions of the other side there were. */
function restarts(person: Person): Promise<number> {
  return person.page.evaluate(
    () => globalThis.told.filter(({ by, text }) => by === 'them' && text.startsWith('v=0')).length,
  );
}

/** Keeps what goes out of the page's connections and what comes into them. */
function tellsCandidates(): void {
  globalThis.told = [];
  globalThis.pairs = [];
  const Real = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      globalThis.pairs.push(this);
      this.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate) globalThis.told.push({ by: 'us', text: candidate.candidate });
      });
    }
  };
  for (const name of ['setRemoteDescription', 'addIceCandidate'] as const) {
    const now: unknown = Real.prototype[name];
    const value = function (this: RTCPeerConnection, given: { sdp?: string; candidate?: string }) {
      globalThis.told.push({ by: 'them', text: given.sdp ?? given.candidate ?? '' });
      return Reflect.apply(now as () => Promise<void>, this, [given]);
    };
    Object.defineProperty(Real.prototype, name, { value });
  }
}
