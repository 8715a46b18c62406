/** The check in the app: every fault that a browser can have is made, and named; a failed connection is told why. */
import type { BrowserContext, Route } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Cause, findingNames } from '../../web/src/protocol/diagnosis.ts';
import { englishDoctor } from '../../web/src/ui/words/english-doctor.ts';
import { openNetwork, type Network } from './network.ts';
import { type Person, words } from './person.ts';
import { scenario } from './scenario.ts';

let network: Network;
beforeAll(async () => {
  network = await openNetwork();
});
afterAll(() => network.close());

type Servers = { iceServers: { urls: string[]; username?: string; credential?: string }[]; ttlSeconds: number; relay?: string };
type Fault = { readonly cause: Cause; readonly make: (context: BrowserContext) => Promise<unknown> };

const init = '**/__/firebase/init.json';
const signUp = '**/identitytoolkit.googleapis.com/**';
const ice = '**/api/ice-servers';
const store = '**/v1/projects/**';
const abort = (route: Route) => route.abort();
const answer = (status: number, body: unknown) => (route: Route) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

/** Lets the function answer, and changes what it says. */
const servers = (change: (said: Servers, at: string) => Servers | Promise<Servers>) => (context: BrowserContext) =>
  context.route(ice, async (route) => {
    const said = await route.fetch();
    const list = (await said.json()) as Servers;
    const at = list.iceServers[0]?.urls[0]?.replace('stun:', '') ?? '';
    await route.fulfill({ response: said, json: await change(list, at) });
  });

/** The list with these ways in place of the function's; its credentials stay. */
const ways = (said: Servers, stun: readonly string[], turn: readonly string[]): Servers => {
  const { urls: _, ...credentials } = said.iceServers[1] ?? { urls: [] };
  const list = [{ urls: stun.map((host) => `stun:${host}`) }, { ...credentials, urls: [...turn] }];
  return { ...said, iceServers: list.filter(({ urls }) => urls.length > 0) };
};

/** Faults that show at once. */
const prompt: readonly Fault[] = [
  { cause: 'none', make: async () => undefined },
  { cause: 'site_unreachable', make: (c) => c.route(init, abort) },
  { cause: 'site_unreachable', make: (c) => c.route(init, answer(200, { hello: 'you' })) },
  {
    cause: 'clock_wrong',
    make: async (context) => {
      // Of both that the check asks: which answers the last is what counts.
      for (const path of [init, '**/__/parley.json']) {
        await context.route(path, async (route) => {
          const said = await route.fetch();
          const date = new Date(Date.now() - 120_000).toUTCString();
          await route.fulfill({ response: said, headers: { ...said.headers(), date } });
        });
      }
    },
  },
  { cause: 'sign_in_refused', make: (c) => c.route(signUp, answer(400, { error: {} })) },
  { cause: 'sign_in_unreachable', make: (c) => c.route(signUp, abort) },
  { cause: 'function_unreachable', make: (c) => c.route(ice, abort) },
  {
    cause: 'function_refuses',
    make: (c) => c.route(ice, answer(401, { code: 'unauthenticated' })),
  },
  { cause: 'store_unreachable', make: (c) => c.route(store, abort) },
  { cause: 'store_refuses', make: (c) => c.route(store, answer(403, { error: {} })) },
  {
    cause: 'relay_unavailable',
    make: servers((said, at) => ({ ...ways(said, [at], []), relay: 'unavailable' })),
  },
  { cause: 'no_relay', make: servers((said, at) => ways(said, [at], [])) },
  {
    cause: 'symmetric_nat',
    make: servers(async (said, at) => ways(said, await network.symmetric(at), [`turn:${at}?transport=tcp`])),
  },
  {
    cause: 'relay_refuses',
    make: servers((said) => {
      const wrong = said.iceServers.map((one) => (one.username ? { ...one, credential: 'no' } : one));
      return { ...said, iceServers: wrong };
    }),
  },
  {
    cause: 'relay_down',
    make: servers((said, at) => ways(said, [at], [`turn:${network.closed}?transport=tcp`])),
  },
];

/** Faults that nobody answers for: the check waits its time. */
const silent: readonly Fault[] = [
  { cause: 'stun_down', make: servers((said, at) => ways(said, [network.udpHole], [`turn:${at}`])) },
  {
    cause: 'udp_blocked',
    make: servers((said, at) =>
      ways(said, [network.udpHole], [`turn:${network.udpHole}`, `turn:${at}?transport=tcp`])),
  },
  {
    cause: 'udp_blocked_without_relay',
    make: servers((said) => ways(said, [network.udpHole], [])),
  },
  { cause: 'firewall', make: servers(behindFirewall) },
];

function behindFirewall(said: Servers): Servers {
  const { udpHole, tcpHole } = network;
  return ways(said, [udpHole], [`turn:${udpHole}`, `turn:${tcpHole}?transport=tcp`, `turns:${tcpHole}?transport=tcp`]);
}

/** Opens the check from the settings. */
async function check(person: Person): Promise<void> {
  await person.presses(words.settings.open);
  await person.presses(words.doctor.open);
}

/** Waits until the check, or the screen, names this. */
async function isTold(person: Person, cause: Cause): Promise<void> {
  const told = person.page.locator('[data-outlook]').first();
  await told.waitFor();
  const { sentence, cure } = englishDoctor.causes[cause];
  expect((await told.innerText()).split('\n').filter((line) => line !== '')).toEqual([sentence, cure]);
}

/** Makes one fault after the other, and lets the check look each time. */
async function isToldOfEach(person: Person, these: readonly Fault[]): Promise<void> {
  const { context } = person;
  for (const [n, { cause, make }] of these.entries()) {
    await make(context);
    await (n === 0 ? check(person) : person.presses(englishDoctor.again));
    await isTold(person, cause);
    await context.unrouteAll({ behavior: 'wait' });
  }
}

scenario('what does not answer, or says no, is named', async ({ people }) => {
  await isToldOfEach(await people.open('Ann'), prompt);
});

scenario('what is silent is named', async ({ people }) => {
  const named = silent.map(async (fault, n) => isToldOfEach(await people.open(`Ann ${n}`), [fault]));
  await Promise.all(named);
});

scenario('who hides their address where no relay works is told so', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.hidesTheirAddress();
  await isToldOfEach(ann, [{ cause: 'hidden_without_relay', make: servers((said, at) => ways(said, [at], [])) }]);
});

scenario('a browser that keeps the page from the local network is named', async ({ people }) => {
  const ann = await people.open('Ann');
  // Those that are not granted are denied.
  await isToldOfEach(ann, [{ cause: 'permission_denied', make: (context) => context.grantPermissions([]) }]);
});

scenario('[G7] the report holds words of the lists and nothing else', async ({ people }) => {
  const ann = await people.open('Ann', { before: catchClipboard });
  await isToldOfEach(ann, [{ cause: 'none', make: async () => undefined }]);
  await ann.presses(englishDoctor.copy);
  const [title, about, cause, ...lines] = (await ann.page.evaluate(() => globalThis.copied)).trimEnd().split('\n');
  expect([title, cause]).toEqual(['Parley check', 'cause: none (works)']);
  expect(about).toMatch(/^system: \w+, [\w ]+$/);
  expect(lines).toHaveLength(findingNames.length);
  for (const line of lines) expect(line).toMatch(/^[a-zA-Z]+: [a-z]+(, \d+ ms)?$/);
});

declare global {
  /** Set by {@link catchClipboard} in the page. */
  var copied: string;
}

/** What is copied can be read: a permission to read the clipboard would take others away. */
function catchClipboard(): void {
  navigator.clipboard.writeText = (text) => {
    globalThis.copied = text;
    return Promise.resolve();
  };
}

/**
 * A connection that breaks once it is described: what the page does with the description is done before. With another password
 * ICE finds no way meanwhile, however late the break comes.
 */
function breakConnections(): void {
  const broken = new WeakSet<RTCPeerConnection>();
  const { prototype } = RTCPeerConnection;
  const state = Object.getOwnPropertyDescriptor(prototype, 'connectionState');
  Object.defineProperty(prototype, 'connectionState', {
    get(this: RTCPeerConnection): unknown {
      return broken.has(this) ? 'failed' : state?.get?.call(this);
    },
  });
  const describe = prototype.setRemoteDescription;
  const watched = async function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
    const sdp = description.sdp?.replaceAll(/^a=ice-pwd:./gm, 'a=ice-pwd:/') ?? '';
    await Reflect.apply(describe, this, [{ type: description.type, sdp }]);
    setTimeout(() => {
      broken.add(this);
      this.dispatchEvent(new Event('connectionstatechange'));
    });
  };
  Object.defineProperty(prototype, 'setRemoteDescription', { value: watched });
}

scenario('a failed connection is told why, by keyboard too', async ({ people }) => {
  // Ben is the caller: when he looks for a path both descriptions are there.
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben', { before: breakConnections })]);
  // Only the check reads like that.
  await ben.context.route('**/documents/rooms/*', abort);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await ben.meets('connection_failed');
  await isTold(ben, 'store_unreachable');
  await ben.page.keyboard.press('Alt+D');
  const dialog = ben.page.getByRole('dialog', { name: englishDoctor.title });
  await dialog.getByText(englishDoctor.findingState('store', 'silent')).first().waitFor();
  await ben.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});
