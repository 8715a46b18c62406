/** firestore.rules in a Firestore emulator, a project for each test file, and people who try them. */
import { readFileSync } from 'node:fs';
import {
  assertFails,
  assertSucceeds,
  initializeTestEnvironment,
  type RulesTestEnvironment,
} from '@firebase/rules-unit-testing';
import { deleteApp, initializeApp } from 'firebase/app';
import {
  connectFirestoreEmulator, doc, type DocumentData, type Firestore, getFirestore, setDoc, setLogLevel,
} from 'firebase/firestore';
import { afterAll, beforeAll, inject, it } from 'vitest';

/** PARLEY_RULES lets the mutation run test another file. */
const RULES = process.env.PARLEY_RULES ?? new URL('../../firestore.rules', import.meta.url);

/** The rules at work, with an empty store. */
export type World = {
  /** Firestore as that uid sees it. */
  as(uid: string): Firestore;
  /** Firestore as somebody sees it who is not signed in. */
  asNobody(): Firestore;
  /** Puts a document there as the function would, past the rules; resolves to its path. */
  given(path: string, data: DocumentData): Promise<string>;
};

/**
 * Opens a world for the tests of one file.
 *
 * @param name what the file is about; its Firestore project is `demo-` and this, so files do not meet.
 */
export function openWorld(name: string): World {
  let env: RulesTestEnvironment;
  // The administrator. withSecurityRulesDisabled would do, but makes a new client for each document.
  const projectId = `demo-${name}`;
  const owner = initializeApp({ projectId }, 'owner');
  const ownersFirestore = getFirestore(owner);
  const clients = new Map<string, Firestore>();
  const client = (id: string, open: () => Firestore) => {
    const known = clients.get(id) ?? open();
    clients.set(id, known);
    return known;
  };

  beforeAll(async () => {
    setLogLevel('silent'); // The SDK warns of each denial, and most of these tests are denials.
    const [host = '', port] = inject('firestoreHost').split(':');
    env = await initializeTestEnvironment({
      projectId,
      firestore: { host, port: Number(port), rules: readFileSync(RULES, 'utf8') },
    });
    await env.clearFirestore(); // The emulator may be somebody else's, and used before.
    connectFirestoreEmulator(ownersFirestore, host, Number(port), { mockUserToken: 'owner' });
  });
  afterAll(async () => {
    await env.cleanup();
    await deleteApp(owner);
  });

  return {
    as: (uid) => client(`uid:${uid}`, () => modular(env.authenticatedContext(uid).firestore())),
    asNobody: () => client('nobody', () => modular(env.unauthenticatedContext().firestore())),
    given: async (path, data) => {
      await setDoc(doc(ownersFirestore, path), data);
      return path;
    },
  };
}

/** A test that the rules allow what `act` does. */
export function allows(title: string, act: () => Promise<unknown>): void {
  it(`allows: ${title}`, async () => {
    await assertSucceeds(act());
  });
}

/** A test that the rules deny it: with permission-denied, no other error passes. */
export function denies(title: string, act: () => Promise<unknown>): void {
  it(`denies: ${title}`, async () => {
    await assertFails(act());
  });
}

/** rules-unit-testing hands out the compat type of the same object. */
function modular(firestore: unknown): Firestore {
  return firestore as Firestore;
}
