/** Short codes and the guesses at them, written exactly as SPEC N2 and N3 say. */
import { collection, doc, limit, query, serverTimestamp, Timestamp, where } from 'firebase/firestore';
import type { DocumentData } from 'firebase/firestore';
import type { Bytes } from '../protocol/base64url';
import type { RoomId, Uid } from '../protocol/ids';
import { maxGuesses } from '../protocol/limits';
import { ParseError } from '../protocol/parse-error';
import { acceptable, documentBytes, type Access } from './access';
import { parseCodeDocument, parseGuess, type CodeDocument, type Guess, type NewGuess } from './code-documents';
import { watchDocument, watchQuery, type Observer, type Unsubscribe } from './watch';

/** Names a guess: `number` is 0 to 2 (N3). */
export type GuessRef = { readonly slot: string; readonly codeId: RoomId; readonly number: number };

/** Guesses by their numbers. */
export type Guesses = ReadonlyMap<number, Guess>;

/** Short codes, as the session uses them. What the rules deny fails as `Refused`, as elsewhere in the store. */
export type CodeStore = {
  /** Null: there is none, or its time is over. */
  watchCode(slot: string, observer: Observer<CodeDocument | null>): Unsubscribe;
  /** Refused: the slot is taken. */
  makeCode(slot: string, code: CodeDocument): Promise<void>;
  deleteCode(slot: string): Promise<void>;
  /** All guesses at a code of `creator`. What is not a guess of somebody else is left out. */
  watchGuesses(slot: string, codeId: RoomId, creator: Uid, observer: Observer<Guesses>): Unsubscribe;
  /** Null: it is not there, or its time is over. */
  watchGuess(ref: GuessRef, observer: Observer<Guess | null>): Unsubscribe;
  /** Refused: there is one, or the code is no more. */
  writeGuess(ref: GuessRef, guess: NewGuess): Promise<void>;
  answerGuess(ref: GuessRef, share: Bytes, tag: Bytes): Promise<void>;
  confirmGuess(ref: GuessRef, tag: Bytes): Promise<void>;
  giveSecret(ref: GuessRef, secret: Bytes): Promise<void>;
  deleteGuess(ref: GuessRef): Promise<void>;
};

/** Documents of one query (D9); more than three are left from codes that were in the slot before. */
const maxDocuments = 32;

/** @param access - the database. */
export function createCodeStore(access: Access): CodeStore {
  const { firestore, timers, commit } = access;
  const codeDoc = (slot: string) => doc(firestore, 'codes', slot);
  const guesses = (slot: string) => collection(codeDoc(slot), 'guesses');
  const guessDoc = ({ slot, codeId, number }: GuessRef) => doc(guesses(slot), `${codeId}-${number}`);
  const isOver = ({ expireAt }: { readonly expireAt: number }) => expireAt <= timers.now();
  const add = (ref: GuessRef, fields: DocumentData) => commit((tx) => tx.update(guessDoc(ref), fields));

  return {
    watchCode: (slot, observer) =>
      watchDocument(access, codeDoc(slot), {
        next(snapshot) {
          const code = snapshot.exists() ? parseCodeDocument(snapshot.data()) : null;
          observer.next(code === null || isOver(code) ? null : code);
        },
        fail: observer.fail,
      }),
    makeCode: (slot, { creator, codeId, nonce, expireAt }) =>
      commit((tx) =>
        tx.set(codeDoc(slot), {
          creator,
          codeId,
          nonce: documentBytes(Uint8Array.from(nonce)),
          createdAt: serverTimestamp(),
          expireAt: Timestamp.fromMillis(expireAt),
        }),
      ),
    deleteCode: (slot) => commit((tx) => tx.delete(codeDoc(slot))),
    watchGuesses: (slot, codeId, creator, observer) =>
      watchQuery(access, query(guesses(slot), where('creator', '==', creator), limit(maxDocuments)), {
        next(snapshot) {
          const found = acceptable(snapshot.docs, (one): [number, Guess] => {
            const guess = parseGuess(one.data());
            if (guess.creator !== creator || guess.joiner === creator) throw new ParseError('N3', 'joiner', 'not theirs');
            return [numberOf(one.id, codeId), guess];
          });
          observer.next(new Map(found));
        },
        fail: observer.fail,
      }),
    watchGuess: (ref, observer) =>
      watchDocument(access, guessDoc(ref), {
        next(snapshot) {
          const guess = snapshot.exists() ? parseGuess(snapshot.data()) : null;
          observer.next(guess === null || isOver(guess) ? null : guess);
        },
        fail: observer.fail,
      }),
    writeGuess: (ref, { joiner, creator, nonce, share, expireAt }) =>
      commit((tx) =>
        tx.set(guessDoc(ref), {
          joiner,
          creator,
          nonce: documentBytes(Uint8Array.from(nonce)),
          share: documentBytes(Uint8Array.from(share)),
          createdAt: serverTimestamp(),
          expireAt: Timestamp.fromMillis(expireAt),
        }),
      ),
    answerGuess: (ref, share, tag) => add(ref, { answer: documentBytes(share), answerTag: documentBytes(tag) }),
    confirmGuess: (ref, tag) => add(ref, { tag: documentBytes(tag) }),
    giveSecret: (ref, secret) => add(ref, { secret: documentBytes(secret) }),
    deleteGuess: (ref) => commit((tx) => tx.delete(guessDoc(ref))),
  };
}

/** @throws ParseError (N3) for the id of a guess at another code, or of a fourth. */
function numberOf(id: string, codeId: RoomId): number {
  for (let number = 0; number < maxGuesses; number++) if (id === `${codeId}-${number}`) return number;
  throw new ParseError('N3', 'n', 'not a guess at this code');
}
