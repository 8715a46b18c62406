/** One way from a click to a conversation: the state it shows, and what it shares with others before it. */
import { Failure } from '../protocol/failures';
import type { Uid } from '../protocol/ids';
import type { Conversation } from './conversation';
import type { IceCache } from './ice-cache';
import type { ConnectStep, Purpose, SessionSettings, SessionState } from './model';
import type { Meeting, SessionDeps } from './ports';
import type { Scope } from './scope';
import type { Tickets } from './tickets';

/** After so long in connecting the screen says that it is slow. */
export const slowMs = 5000;

/** What all journeys of a session share. */
export type Shared = {
  readonly deps: SessionDeps;
  readonly ice: IceCache;
  readonly tickets: Tickets;
  /** What the person has chosen, as of now. */
  readonly settings: () => SessionSettings;
  readonly newId: () => string;
};

/** One journey. It ends with its scope; afterwards it shows nothing any more. */
export class Journey {
  readonly shared: Shared;
  readonly scope: Scope;
  readonly purpose: Purpose;
  /** It comes while we sign in. */
  readonly meeting: Promise<Meeting>;
  /** The conversation that the person's words go to; null before the first. */
  conversation: Conversation | null = null;
  /** Makes a code to read aloud; null where there is no room to enter. */
  makeCode: (() => void) | null = null;
  readonly #show: (state: SessionState) => void;
  #connecting: Extract<SessionState, { at: 'connecting' }> | null = null;
  #cancelSlow: () => void = () => undefined;

  constructor(
    shared: Shared,
    scope: Scope,
    purpose: Purpose,
    show: (state: SessionState) => void,
  ) {
    this.shared = shared;
    this.scope = scope;
    this.purpose = purpose;
    this.#show = show;
    this.meeting = shared.deps.meeting();
    // What goes wrong here counts when somebody is to be met.
    this.meeting.catch(() => undefined);
    // Whoever leaves says so, also to somebody they are just leaving (C5).
    scope.defer(() => this.conversation?.bye());
    scope.defer(shared.deps.page.onHide(() => this.conversation?.sayBye()));
    scope.defer(shared.deps.page.onNetwork(() => this.conversation?.networkChanged()));
  }

  get deps(): SessionDeps {
    return this.shared.deps;
  }

  get settings(): SessionSettings {
    return this.shared.settings();
  }

  /** Shows a state, unless the journey has ended. */
  show(state: SessionState): void {
    if (this.scope.ended) return;
    if (state.at !== 'connecting') {
      this.#cancelSlow();
      this.#connecting = null;
    }
    this.#show(state);
  }

  /** Shows that the next step is reached; `slow` after 5 seconds of them. */
  connecting(step: ConnectStep): void {
    if (this.#connecting === null) {
      this.#connecting = { at: 'connecting', for: this.purpose, step, since: this.deps.timers.now(), slow: false };
      this.#cancelSlow = this.scope.after(slowMs, () => this.#slow());
    }
    this.#connecting = { ...this.#connecting, step };
    this.show(this.#connecting);
  }

  /** Who we are. Shown as the first step, once. @throws Failure `sign_in_failed`; Ended. */
  signIn(): Promise<Uid> {
    // Once: who has come by a short code is signed in when the room is entered.
    if (this.#connecting === null) this.connecting('signing-in');
    return this.scope.wait(this.deps.identity.signIn(this.scope.signal));
  }

  /** Runs when trying again is worth it: after so long, or when the network is another one; not after the scope's end. */
  again(scope: Scope, ms: number, run: () => void): void {
    const pause = scope.child();
    const over = () => {
      void pause.end();
      run();
    };
    pause.after(ms, over);
    pause.defer(this.deps.page.onNetwork(over));
  }

  /** WebCrypto. @throws Failure `browser_too_old` where there is none. */
  subtle(): SubtleCrypto {
    if (this.deps.subtle === null) throw new Failure('browser_too_old');
    return this.deps.subtle;
  }

  #slow(): void {
    if (this.#connecting === null) return;
    this.#connecting = { ...this.#connecting, slow: true };
    this.show(this.#connecting);
  }
}
