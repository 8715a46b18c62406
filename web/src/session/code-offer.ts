/**
 * The side that makes a short code (SPEC N2, N3, N5): it answers three guesses at the most, each once, whatever the store
 * shows.
 */
import { nonceBytes, respond, type Creator } from '../code/exchange';
import { newSlot, newWords, shownCode, slotDigits, type CodeParts } from '../code/short-code';
import { encodeBase64url } from '../protocol/base64url';
import type { RoomId } from '../protocol/ids';
import { codeLifeMs, guessStepMs, maxGuesses } from '../protocol/limits';
import type { CodeDocument, Guess } from '../signaling/code-documents';
import type { GuessRef, Guesses } from '../signaling/code-store';
import { Refused } from '../signaling/failures';
import type { CodeTools } from './codes';
import type { ShortCode } from './model';
import type { CodePlan } from './ports';
import type { Scope } from './scope';

const idBytes = 20;

/** One guess that was taken up. */
type Run = { creator: Creator | null; decided: boolean; failed: boolean };

/**
 * Makes a code and answers guesses while the scope lasts, which it ends when the code is over. Told of each change.
 * What goes wrong is told as `failed`.
 */
export async function offerCode(tools: CodeTools, scope: Scope, plan: CodePlan): Promise<void> {
  plan.show({ is: 'making' });
  const expireAt = tools.timers.now() + codeLifeMs;
  const codeId = encodeBase64url(tools.random(idBytes)) as RoomId;
  const document = { creator: plan.uid, codeId, nonce: tools.random(nonceBytes), expireAt };
  try {
    const offer = new Offer(tools, scope, plan, document);
    await offer.make();
    offer.open();
  } catch {
    if (!scope.ended) plan.show({ is: 'failed' });
    void scope.end();
  }
}

class Offer {
  readonly #tools: CodeTools;
  readonly #scope: Scope;
  readonly #plan: CodePlan;
  readonly #document: CodeDocument;
  readonly #words: string;
  /** By number, so three at the most. */
  readonly #runs = new Map<number, Run>();
  #slot = '';

  constructor(tools: CodeTools, scope: Scope, plan: CodePlan, document: CodeDocument) {
    this.#tools = tools;
    this.#scope = scope;
    this.#plan = plan;
    this.#document = document;
    this.#words = newWords(tools.random);
  }

  get #code(): CodeParts {
    return { slot: this.#slot, words: this.#words };
  }

  /** Finds a slot: of three digits, and when that is taken of more. @throws Failure; Ended. */
  async make(): Promise<void> {
    for (let digits: number = slotDigits.min; ; digits++) {
      this.#slot = newSlot(this.#tools.random, digits);
      const made = this.#tools.store.makeCode(this.#slot, this.#document);
      // Also a code that is only just being made goes with its scope.
      const forget = this.#scope.defer(() => made.then(() => this.#remove()).catch(() => undefined));
      try {
        return await this.#scope.wait(made);
      } catch (error) {
        forget();
        if (!(error instanceof Refused) || digits === slotDigits.max) throw error;
      }
    }
  }

  /** Shows the code, and answers whoever guesses. */
  open(): void {
    const { codeId, creator, expireAt } = this.#document;
    const { store } = this.#tools;
    this.#scope.after(expireAt - this.#tools.timers.now(), () => this.#end({ is: 'over', why: 'time' }));
    const stop = store.watchGuesses(this.#slot, codeId, creator, {
      next: (guesses) => this.#heard(guesses),
      fail: () => this.#end({ is: 'failed' }),
    });
    this.#scope.defer(stop);
    this.#plan.show({ is: 'ready', text: shownCode(this.#code), until: expireAt });
  }

  #heard(guesses: Guesses): void {
    for (const [number, guess] of guesses) {
      const run = this.#runs.get(number);
      if (run === undefined) void this.#answer(number, guess);
      else if (guess.tag !== null) void this.#give(number, guess.tag, run);
    }
  }

  async #answer(number: number, guess: Guess): Promise<void> {
    const run: Run = { creator: null, decided: false, failed: false };
    this.#runs.set(number, run);
    this.#scope.after(guessStepMs, () => this.#failed(run));
    const { codeId, creator, nonce } = this.#document;
    const people = { joiner: guess.joiner, creator };
    const about = { code: this.#code, codeId, codeNonce: nonce, guessNonce: guess.nonce, ...people };
    try {
      run.creator = respond(this.#tools.random, this.#tools.subtle, about, guess.share);
      await this.#tools.store.answerGuess(this.#ref(number), run.creator.share, run.creator.tag);
    } catch (error) {
      // What may have been written is waited upon.
      if (run.creator === null || error instanceof Refused) this.#failed(run);
    }
  }

  async #give(number: number, tag: Uint8Array, run: Run): Promise<void> {
    if (run.decided || run.failed || run.creator === null) return;
    run.decided = true;
    try {
      const secret = await run.creator.give(tag, this.#plan.room);
      if (this.#scope.ended) return;
      await this.#scope.wait(this.#tools.store.giveSecret(this.#ref(number), secret));
      this.#end({ is: 'none' });
    } catch {
      this.#failed(run);
    }
  }

  #failed(run: Run): void {
    run.failed = true;
    const failed = [...this.#runs.values()].filter((one) => one.failed).length;
    if (failed === maxGuesses) this.#end({ is: 'over', why: 'guesses' });
  }

  #end(last: ShortCode): void {
    if (this.#scope.ended) return;
    this.#plan.show(last);
    void this.#scope.end();
  }

  /** The guess that succeeded is its joiner's to read and delete. */
  async #remove(): Promise<void> {
    const { store } = this.#tools;
    const failed = [...this.#runs].filter(([, run]) => run.failed).map(([number]) => number);
    const gone = failed.map((number) => store.deleteGuess(this.#ref(number)));
    await Promise.allSettled([store.deleteCode(this.#slot), ...gone]);
  }

  #ref(number: number): GuessRef {
    return { slot: this.#slot, codeId: this.#document.codeId, number };
  }
}
