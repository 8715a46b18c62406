/** A test of the contract: a project of its own, browsers that have the SDK, and an administrator. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { deleteApp, initializeApp } from 'firebase/app';
import {
  connectFirestoreEmulator, deleteDoc, doc, type DocumentData, getDoc, getFirestore, setDoc, setLogLevel,
} from 'firebase/firestore';
import { expect, inject, test } from 'vitest';
import type { Opening, Sdk, Transport } from './page/sdk.ts';
import { clearStore } from '../harness/store.ts';
import { Wire } from './wire.ts';

/** The SDK's default, which finds out by itself and then streams, and what it falls back to. */
export const TRANSPORTS: readonly Transport[] = ['detected', 'long polling'];

/** Everybody may do everything. */
const OPEN_RULES = "service cloud.firestore { match /{any=**} { allow read, write; } }";

/** A page with the SDK, whose Firestore is open. */
export type Client = {
  readonly page: Page;
  /** Runs a function in the page. It sees nothing of the test but the SDK and `arg`. */
  run<R>(act: (sdk: Sdk) => R | Promise<R>): Promise<R>;
  run<R, A>(act: (sdk: Sdk, arg: A) => R | Promise<R>, arg: A): Promise<R>;
};

/** What a page is like, beyond the usual. */
export type ClientOptions = Partial<Omit<Opening, 'projectId'>> & {
  /** Whose browser it is a tab of; else it has a browser context of its own. */
  readonly tabOf?: Client;
};

/** The administrator: no rules bind it, and nothing of the browser's is in its way. */
export type Admin = {
  set(path: string, data: DocumentData): Promise<void>;
  get(path: string): Promise<DocumentData | undefined>;
  delete(path: string): Promise<void>;
};

/** What a test has. */
export type World = {
  open(options?: ClientOptions): Promise<Client>;
  /** A connection to Firestore that can be broken, for the page that has it as its host. */
  wire(): Promise<{ readonly wire: Wire; readonly through: string }>;
  /** Sets the project's rules; at the beginning everybody may do everything. */
  rules(source: string): Promise<void>;
  readonly admin: Admin;
  readonly projectId: string;
};

let browser: Promise<Browser> | undefined;
/** One connection to the shared Chromium for each test file; it ends with the file's process. */
const connect = () => (browser ??= chromium.connect(inject('chromiumEndpoint')));

const inWorlds = test.extend<{ world: World }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads which fixtures are used from the pattern
  world: async ({}, use) => {
    const projectId = `demo-contract-${crypto.randomUUID().slice(0, 13)}`;
    const host = inject('firestoreHost');
    const contexts = new Set<BrowserContext>();
    const wires: Wire[] = [];
    const uncaught: string[] = [];
    await setRules(host, projectId, OPEN_RULES);
    const [admin, dismiss] = openAdmin(host, projectId);
    await use({
      projectId,
      admin,
      rules: (source) => setRules(host, projectId, source),
      wire: async () => {
        const wire = new Wire(host);
        wires.push(wire);
        return { wire, through: await wire.listen() };
      },
      open: async ({ tabOf, ...options } = {}) => {
        const context = tabOf?.page.context() ?? (await (await connect()).newContext());
        contexts.add(context);
        const page = await context.newPage();
        page.on('pageerror', (error) => uncaught.push(error.stack ?? error.message));
        const opening: Opening = {
          projectId, host, transport: 'detected', persistent: false, user: undefined, auth: undefined, ...options,
        };
        return openClient(page, opening);
      },
    });
    await Promise.all([...contexts].map((context) => context.close()));
    await Promise.all([...wires.map((wire) => wire.close()), dismiss()]);
    await clearStore({ host, projectId });
    expect(uncaught, 'errors that no page caught').toEqual([]);
  },
});

/**
 * A test with a world of its own, beside the others of its file: they mostly wait. (Vitest's `sequence.concurrent` holds
 * for all projects or none.)
 */
export const contract = inWorlds.concurrent;

async function openClient(page: Page, opening: Opening): Promise<Client> {
  await page.goto(inject('sdkUrl'));
  const sdk = await page.evaluateHandle<Sdk>('sdk');
  await sdk.evaluate((opened, given) => opened.open(given), opening);
  return { page, run: (act: (sdk: Sdk, arg?: unknown) => unknown, arg?: unknown) => sdk.evaluate(act, arg) };
}

async function setRules(host: string, projectId: string, source: string): Promise<void> {
  const answer = await fetch(`http://${host}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    body: JSON.stringify({ rules: { files: [{ name: 'rules', content: `rules_version = '2';\n${source}` }] } }),
  });
  if (!answer.ok) throw new Error(`contract: setting rules: ${answer.status} ${await answer.text()}`);
}

function openAdmin(hostPort: string, projectId: string): [Admin, () => Promise<void>] {
  setLogLevel('silent');
  const app = initializeApp({ projectId }, projectId);
  const db = getFirestore(app);
  const [host = '', port] = hostPort.split(':');
  connectFirestoreEmulator(db, host, Number(port), { mockUserToken: 'owner' });
  const admin: Admin = {
    set: (path, data) => setDoc(doc(db, path), data),
    get: async (path) => (await getDoc(doc(db, path))).data(),
    delete: (path) => deleteDoc(doc(db, path)),
  };
  return [admin, () => deleteApp(app)];
}
