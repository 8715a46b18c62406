/** The side that was told a short code (SPEC N3, N6): one guess at its words. */
import { join, WrongWords, tagBytes, nonceBytes, type Joiner } from '../code/exchange';
import type { CodeParts } from '../code/short-code';
import { Failure } from '../protocol/failures';
import type { Uid } from '../protocol/ids';
import { guessStepMs, maxGuesses } from '../protocol/limits';
import type { RoomCode } from '../protocol/room-code';
import type { CodeDocument, Guess } from '../signaling/code-documents';
import type { GuessRef } from '../signaling/code-store';
import { Refused } from '../signaling/failures';
import type { CodeTools } from './codes';
import { Awaited, type Scope } from './scope';

/**
 * Exchanges the words of a code for the room's code. Each call is one guess.
 * @param journey - it ends with this at the latest.
 * @throws Failure `code_wrong`, `code_over`, `tampered`, …; Ended.
 */
export async function enterCode(tools: CodeTools, journey: Scope, code: CodeParts, joiner: Uid): Promise<RoomCode> {
  const scope = journey.child();
  try {
    const found = await readCode(tools, scope, code.slot);
    const nonce = tools.random(nonceBytes);
    const { creator, codeId, expireAt } = found;
    const about = { code, codeId, codeNonce: found.nonce, guessNonce: nonce, joiner, creator };
    const run = join(tools.random, tools.subtle, about);
    const guess = { joiner, creator, nonce, share: run.share, expireAt };
    const ref = await placed(codeId, code.slot, (to) => scope.wait(tools.store.writeGuess(to, guess)));
    const room = await new Guessing(tools, scope, ref, run).room;
    // The secret has done what it was there for; if it cannot be deleted now its time ends.
    tools.store.deleteGuess(ref).catch(() => undefined);
    return room;
  } finally {
    void scope.end();
  }
}

/** @throws Failure `code_over`, …; Ended. */
async function readCode({ store }: CodeTools, scope: Scope, slot: string): Promise<CodeDocument> {
  const found = new Awaited<CodeDocument | null>();
  const stop = store.watchCode(slot, { next: (code) => found.resolve(code), fail: (failure) => found.reject(failure) });
  const cancel = scope.defer(stop);
  try {
    const code = await scope.wait(found.promise);
    if (code === null) throw new Failure('code_over');
    return code;
  } finally {
    cancel();
    stop();
  }
}

/** Puts the guess where there is room for it. @throws Failure `code_over`, …. */
async function placed(
  codeId: CodeDocument['codeId'], slot: string, write: (ref: GuessRef) => Promise<void>,
): Promise<GuessRef> {
  for (let number = 0; number < maxGuesses; number++) {
    const ref = { slot, codeId, number };
    try {
      await write(ref);
      return ref;
    } catch (error) {
      // There is one already, or the code was just deleted.
      if (!(error instanceof Refused)) throw error;
    }
  }
  throw new Failure('code_over');
}

/** A guess that is written: what is left is to answer the creator's steps. */
class Guessing {
  readonly room: Promise<RoomCode>;
  readonly #tools: CodeTools;
  readonly #scope: Scope;
  readonly #ref: GuessRef;
  readonly #run: Joiner;
  readonly #done = new Awaited<RoomCode>();
  #step: 'guessed' | 'confirmed' | 'taken' = 'guessed';
  #cancelLate: () => void;

  constructor(tools: CodeTools, scope: Scope, ref: GuessRef, run: Joiner) {
    this.#tools = tools;
    this.#scope = scope;
    this.#ref = ref;
    this.#run = run;
    this.#cancelLate = this.#soon();
    scope.defer(tools.store.watchGuess(ref, { next: (guess) => this.#seen(guess), fail: (failure) => this.#fail(failure) }));
    this.room = scope.wait(this.#done.promise);
  }

  #seen(guess: Guess | null): void {
    // The creator has taken the code back.
    if (guess === null) return this.#fail(new Failure('code_over'));
    if (this.#step === 'guessed' && guess.answer !== null) {
      this.#step = 'confirmed';
      this.#cancelLate();
      this.#cancelLate = this.#soon();
      this.#confirm(guess.answer);
    } else if (this.#step === 'confirmed' && guess.secret !== null) {
      this.#step = 'taken';
      const taken = this.#run.take(guess.secret);
      taken.then((room) => this.#done.resolve(room), (error: unknown) => this.#fail(tampered(error)));
    }
    return undefined;
  }

  /** Checks that the creator knows the words, and only then proves that we do. */
  #confirm(answer: { readonly share: Uint8Array; readonly tag: Uint8Array }): void {
    const { store } = this.#tools;
    try {
      const tag = this.#run.confirm(answer.share, answer.tag);
      store.confirmGuess(this.#ref, tag).catch((error: unknown) =>
        this.#fail(error instanceof Refused ? new Failure('code_over', { cause: error }) : error));
    } catch (error) {
      if (!(error instanceof WrongWords)) return this.#fail(tampered(error));
      // Zeros tell the creator so; without them it would wait for our tag.
      store.confirmGuess(this.#ref, new Uint8Array(tagBytes)).catch(() => undefined);
      this.#fail(new Failure('code_wrong'));
    }
    return undefined;
  }

  #soon(): () => void {
    return this.#scope.after(guessStepMs, () => this.#fail(new Failure('code_over')));
  }

  #fail(error: unknown): void {
    this.#done.reject(error);
  }
}

/** What no honest creator sends. */
function tampered(cause: unknown): Failure {
  return new Failure('tampered', { cause });
}
