/** Short codes in memory, as the rules let one person write them (SPEC N2, N3). */
import { Refused } from '../../signaling/failures';
import type { CodeDocument, Guess, NewGuess } from '../../signaling/code-documents';
import type { CodeStore, GuessRef, Guesses } from '../../signaling/code-store';
import type { Bytes } from '../../protocol/base64url';
import type { RoomId, Uid } from '../../protocol/ids';
import { maxGuesses } from '../../protocol/limits';
import type { Observer, Unsubscribe } from '../../signaling/watch';
import { MemoryAccess, type MemoryDatabase } from './memory-store';

const keyOf = ({ slot, codeId, number }: GuessRef) => `${slot}/${codeId}-${number}`;

/** The codes as one person reaches them. */
export class MemoryCodes implements CodeStore {
  readonly #db: MemoryDatabase;
  readonly #uid: Uid;
  readonly #at: MemoryAccess;

  constructor(db: MemoryDatabase, uid: Uid) {
    this.#db = db;
    this.#uid = uid;
    this.#at = new MemoryAccess(db, () => false);
  }

  watchCode(slot: string, observer: Observer<CodeDocument | null>): Unsubscribe {
    return this.#at.watch(observer, () => this.#code(slot));
  }

  makeCode(slot: string, code: CodeDocument): Promise<void> {
    return this.#at.write(() => {
      if (this.#code(slot) !== null || code.creator !== this.#uid) throw new Refused();
      this.#db.codes.set(slot, code);
    });
  }

  deleteCode(slot: string): Promise<void> {
    return this.#at.write(() => {
      if (this.#db.codes.get(slot)?.creator !== this.#uid) throw new Refused();
      this.#db.codes.delete(slot);
    });
  }

  watchGuesses(slot: string, codeId: RoomId, creator: Uid, observer: Observer<Guesses>): Unsubscribe {
    const numbers = Array.from({ length: maxGuesses }, (_, number) => number);
    const read = () =>
      numbers.flatMap((number): [number, Guess][] => {
        const guess = this.#db.guesses.get(keyOf({ slot, codeId, number }));
        return guess?.creator === creator ? [[number, guess]] : [];
      });
    // A map as JSON is the same whatever is in it.
    const entries: Observer<[number, Guess][]> = {
      next: (found) => observer.next(new Map(found)),
      fail: observer.fail,
    };
    return this.#at.watch(entries, read);
  }

  watchGuess(ref: GuessRef, observer: Observer<Guess | null>): Unsubscribe {
    return this.#at.watch(observer, () => this.#db.guesses.get(keyOf(ref)) ?? null);
  }

  writeGuess(ref: GuessRef, guess: NewGuess): Promise<void> {
    return this.#at.write(() => {
      const code = this.#code(ref.slot);
      if (code?.codeId !== ref.codeId || this.#db.guesses.has(keyOf(ref))) throw new Refused();
      if (guess.joiner !== this.#uid || guess.creator !== code.creator || guess.joiner === guess.creator) throw new Refused();
      this.#db.guesses.set(keyOf(ref), { ...guess, answer: null, tag: null, secret: null });
    });
  }

  answerGuess(ref: GuessRef, share: Bytes, tag: Bytes): Promise<void> {
    const allowed = (guess: Guess) => guess.creator === this.#uid && guess.answer === null;
    return this.#add(ref, allowed, { answer: { share, tag } });
  }

  confirmGuess(ref: GuessRef, tag: Bytes): Promise<void> {
    const allowed = (guess: Guess) => guess.joiner === this.#uid && guess.answer !== null && guess.tag === null;
    return this.#add(ref, allowed, { tag });
  }

  giveSecret(ref: GuessRef, secret: Bytes): Promise<void> {
    const allowed = (guess: Guess) => guess.creator === this.#uid && guess.tag !== null && guess.secret === null;
    return this.#add(ref, allowed, { secret });
  }

  deleteGuess(ref: GuessRef): Promise<void> {
    return this.#at.write(() => void this.#db.guesses.delete(keyOf(ref)));
  }

  #code(slot: string): CodeDocument | null {
    const code = this.#db.codes.get(slot);
    return code === undefined || code.expireAt <= this.#db.clock.now() ? null : code;
  }

  #add(ref: GuessRef, allowed: (guess: Guess) => boolean, change: Partial<Guess>): Promise<void> {
    return this.#at.write(() => {
      const guess = this.#db.guesses.get(keyOf(ref));
      if (guess === undefined || !allowed(guess)) throw new Refused();
      this.#db.guesses.set(keyOf(ref), { ...guess, ...change });
    });
  }
}
