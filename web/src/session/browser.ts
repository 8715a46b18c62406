/**
 * The session of the real browser: Firebase, WebRTC, timers and the window put together. What the app calls
 * once, after the first paint.
 */
import { Failure } from '../protocol/failures';
import type { RandomBytes } from '../protocol/ids';
import { createAccess } from '../signaling/access';
import { createApi } from '../signaling/api';
import { isDemo, parseLocalServices, parseProject, type AppConfig, type PageAddress } from '../signaling/config';
import { startFirebase } from '../signaling/firebase';
import { createIdentity } from '../signaling/identity';
import { createStore } from '../signaling/store';
import type { Timers } from '../signaling/timers';
import type { Session, SessionSettings } from './model';
import type { Meeting, Page } from './ports';
import { createSession } from './session';

export type { AppConfig };

const initPath = '/__/firebase/init.json';
const localPath = '/__/parley.json';
const apiPath = '/api';

/**
 * Reads the configuration: what Hosting serves, and for `demo-` projects what `parley run` serves beside it.
 * @param get - asks for it.
 * @throws Error when it cannot be read or is not whole: the page cannot work then.
 */
export async function loadConfig(get: typeof fetch = fetch): Promise<AppConfig> {
  const project = parseProject(await read(get, initPath));
  if (!isDemo(project.projectId)) return { project, local: null };
  return { project, local: parseLocalServices(await read(get, localPath), pageAddress()) };
}

/**
 * Puts a session together. Sign-in starts at once, in the background; Firestore connects when it is needed.
 * @param config - what {@link loadConfig} gave.
 * @param settings - the person's choices; {@link Session.configure} changes them.
 * @param baseUrl - the address of the app, to which a room's fragment is added.
 */
export function createBrowserSession(config: AppConfig, settings: SessionSettings, baseUrl: string): Session {
  const firebase = startFirebase(config);
  const identity = createIdentity(firebase.auth);
  const api = createApi({
    baseUrl: apiPath,
    fetch: (input, init) => fetch(input, init),
    identity,
    timers: browserTimers,
    jitter: Math.random,
  });
  const access = createAccess(firebase.firestore, browserTimers);
  const subtle = globalThis.isSecureContext ? crypto.subtle : null;
  let coming: Promise<Meeting> | null = null;
  const meeting = () => {
    coming ??= meetWith(subtle);
    // What could not be loaded is asked for again the next time.
    coming.catch(() => (coming = null));
    return coming;
  };
  // A click should not have to wait for either. If one fails, the click says so.
  identity.signIn(new AbortController().signal).then(meeting).catch(() => undefined);
  return createSession({
    timers: browserTimers,
    random,
    subtle,
    identity,
    api,
    store: createStore(access),
    meeting,
    rooms: async (changed) => (await loaded(import('./browser-rooms'))).roomsInBrowser(subtle, random, changed),
    codes: async () => (await loaded(import('./browser-codes'))).codesInBrowser(access, subtle, random),
    page: browserPage(),
    baseUrl,
    settings,
  });
}

/** @throws Failure `browser_too_old`, `function_unavailable`. */
async function meetWith(subtle: SubtleCrypto | null): Promise<Meeting> {
  return (await loaded(import('./browser-meeting'))).meetInBrowser(subtle, random, browserTimers);
}

/** A part of the app. @throws Failure `function_unavailable` when the host of both does not answer. */
function loaded<T>(part: Promise<T>): Promise<T> {
  return part.catch((cause: unknown) => {
    throw new Failure('function_unavailable', { cause });
  });
}

const random: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** The real time. */
export const browserTimers: Timers = {
  now: () => Date.now(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};

async function read(get: typeof fetch, path: string): Promise<string> {
  const answer = await get(path, { credentials: 'omit' });
  if (!answer.ok) throw new Error(`session: ${path} answered ${answer.status}`);
  return answer.text();
}

function pageAddress(): PageAddress {
  const { protocol, hostname, port } = window.location;
  const tabName = Array.from(random(8), (byte) => (byte % 36).toString(36)).join('');
  return { protocol, hostname, port, tabName };
}

function browserPage(): Page {
  // A page from this very machine that was loaded while the browser reports no network needs none.
  const local = /^(localhost|127\.0\.0\.1|\[::1\])$/u.test(window.location.hostname);
  const trusted = !local || navigator.onLine;
  return {
    online: () => !trusted || navigator.onLine,
    onOffline: (run) => (trusted ? on('offline', run) : () => undefined),
    onNetwork: onNetworkChange,
    onHide: (run) => on('pagehide', run),
    onRestore: (run) =>
      on('pageshow', (event) => {
        if (event instanceof PageTransitionEvent && event.persisted) run();
      }),
  };
}

function onNetworkChange(run: () => void): () => void {
  // Not every browser tells which network it is in.
  const { connection } = navigator as { readonly connection?: EventTarget };
  connection?.addEventListener('change', run);
  const off = on('online', run);
  return () => {
    connection?.removeEventListener('change', run);
    off();
  };
}

/** Capturing, so that what must be sent while the page goes is sent before anybody ends the session. */
function on(type: string, run: (event: Event) => void): () => void {
  window.addEventListener(type, run, { capture: true });
  return () => window.removeEventListener(type, run, { capture: true });
}
