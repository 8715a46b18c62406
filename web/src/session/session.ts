/**
 * The session: one journey at a time, each with a scope of its own. A verb ends the journey before it begins the
 * next one, so nothing that was under way can change what comes after.
 */
import { Failure, failureOf, type FailureName } from '../protocol/failures';
import { newRoomCode, parseRoomCode, type RoomCode } from '../protocol/room-code';
import { IceCache } from './ice-cache';
import { Journey, type Shared } from './journey';
import type { Line, SendResult, Session, SessionSettings, SessionState } from './model';
import type { SessionDeps } from './ports';
import type { RoomCard, RoomsVerbs } from './room-model';
import { Scope } from './scope';
import { Tickets } from './tickets';

/** What a person wants, and what trying again means. */
type Wish =
  | { readonly do: 'find' }
  | { readonly do: 'create' }
  /** One guess at what was typed as a short code. It becomes an entering when the room is known. */
  | { readonly do: 'guess'; readonly code: string }
  | { readonly do: 'enter'; readonly code: RoomCode; readonly again: boolean };

/** What begins with a number is read as a short code (N1), by what is loaded for them. No link or room code does. */
const mayBeShort = /^\s*\d/u;

/** After these failures the same again would end the same. */
const final: ReadonlySet<FailureName> = new Set([
  'link_broken',
  'room_over',
  'removed',
  'code_wrong',
  'code_over',
  'browser_too_old',
]);
/** These mean «offline» when the browser reports no network. */
const byNetwork: ReadonlySet<FailureName> = new Set(['sign_in_failed', 'function_unavailable', 'store_unavailable']);

const noRooms: readonly RoomCard[] = [];

/** Puts a session together. It does nothing before its first verb. */
export function createSession(deps: SessionDeps): Session {
  return new Core(deps);
}

class Core implements Session {
  readonly room = null;
  readonly rooms: RoomsVerbs = { getRooms: () => noRooms, openRoom: () => {}, goHome: () => {}, forgetRoom: () => {} };
  readonly #deps: SessionDeps;
  readonly #shared: Shared;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribes: (() => void)[];
  /** Ends of journeys that are still saying bye and cleaning up. */
  readonly #settling = new Set<Promise<void>>();
  #state: SessionState = { at: 'start' };
  #settings: SessionSettings;
  #journey: Journey | null = null;
  #wish: Wish | null = null;
  #disposed = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#settings = deps.settings;
    let messages = 0;
    this.#shared = {
      deps,
      ice: new IceCache(deps.api, deps.timers),
      tickets: new Tickets(deps.api, deps.timers),
      newId: () => `m${++messages}`,
    };
    this.#unsubscribes = [
      deps.page.onOffline(() => this.#wentOffline()),
      deps.page.onRestore(() => this.#restored()),
    ];
  }

  getState = (): SessionState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  find(): void {
    const searching = this.#state.at === 'waiting' || this.#state.at === 'connecting';
    if (searching && this.#wish?.do === 'find') return;
    this.#begin({ do: 'find' });
  }

  createRoom(): void {
    if (this.#state.at === 'connecting' && this.#wish?.do === 'create') return;
    this.#begin({ do: 'create' });
  }

  enter(codeOrLink: string): void {
    const here = this.#state.at === 'talking' && this.#state.peer !== 'left' && this.#state.peer !== 'lost';
    const talking = here || this.#state.at === 'changed';
    let wish: Extract<Wish, { do: 'enter' | 'guess' }>;
    try {
      wish = { do: 'enter', code: parseRoomCode(codeOrLink), again: false };
    } catch {
      // A broken link is no reason to lose a conversation.
      if (talking || this.#disposed) return;
      if (!mayBeShort.test(codeOrLink)) {
        this.#endJourney();
        this.#wish = null;
        this.#show({ at: 'failed', for: 'room', failure: 'link_broken', retry: null });
        return;
      }
      wish = { do: 'guess', code: codeOrLink };
    }
    // Twice is once, also because a short code stands three guesses.
    const same = this.#wish?.do === wish.do && this.#wish.code === wish.code;
    const inside = this.#state.at === 'waiting' || this.#state.at === 'connecting' || talking;
    if (same && inside) return;
    if (same && wish.do === 'enter' && this.#state.at === 'talking') this.#comeBack({ ...wish, again: true });
    else this.#begin(wish);
  }

  retry(): void {
    const state = this.#state;
    const over = state.at === 'talking' && (state.peer === 'left' || state.peer === 'lost');
    const failed = state.at === 'failed' && state.retry !== null;
    if (this.#wish === null || !(over || failed)) return;
    if (this.#wish.do === 'enter' && over) this.#comeBack({ ...this.#wish, again: true });
    else this.#begin(this.#wish);
  }

  leave(): void {
    if (this.#disposed) return;
    this.#endJourney();
    this.#wish = null;
    if (this.#state.at !== 'start') this.#show({ at: 'start' });
  }

  send(text: string): SendResult {
    return this.#journey?.conversation?.send(text) ?? { ok: false, why: 'not_connected' };
  }

  makeCode(): void {
    if (this.#state.at === 'waiting') this.#journey?.makeCode?.();
  }

  verify(same: boolean): void {
    this.#journey?.conversation?.verify(same);
  }

  talkAnyway(): void {
    this.#journey?.conversation?.talkAnyway();
  }

  async line(): Promise<Line | null> {
    return this.#journey?.conversation?.line() ?? null;
  }

  configure(settings: SessionSettings): void {
    this.#settings = settings;
  }

  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      for (const unsubscribe of this.#unsubscribes) unsubscribe();
      this.#endJourney();
      this.#listeners.clear();
    }
    await Promise.all(this.#settling);
  }

  /**
   * After the end of a conversation in a room: who left comes back by calling us, so we wait where we are. Who was
   * lost may sit there as we do; entering anew makes one of us the later, who calls (K4).
   */
  #comeBack(wish: Extract<Wish, { do: 'enter' }>): void {
    const left = this.#state.at === 'talking' && this.#state.peer === 'left';
    const waitAgain = this.#journey?.waitAgain ?? null;
    if (left && waitAgain !== null) waitAgain();
    else this.#begin(wish);
  }

  #begin(wish: Wish): void {
    if (this.#disposed) return;
    this.#endJourney();
    this.#wish = wish;
    const scope = new Scope(this.#deps.timers);
    const purpose = wish.do === 'find' ? 'stranger' : 'room';
    const journey = new Journey(this.#shared, scope, purpose, this.#settings, (state) => this.#show(state));
    this.#journey = journey;
    void this.#run(journey, wish);
  }

  async #run(journey: Journey, wish: Wish): Promise<void> {
    try {
      if (!this.#deps.page.online()) throw new Failure('offline');
      if (wish.do === 'find') await this.#find(journey);
      else await this.#stay(journey, wish.do === 'guess' ? await this.#entered(journey, wish.code) : wish);
    } catch (error) {
      this.#fail(journey, error);
    }
  }

  /** Exchanges a short code for its room. */
  async #entered(journey: Journey, typed: string): Promise<Extract<Wish, { do: 'enter' }>> {
    const uid = await journey.signIn();
    journey.connecting('asking');
    const codes = await journey.scope.wait(this.#deps.codes());
    const wish = { do: 'enter', code: await codes.enter(journey.scope, typed, uid), again: false } as const;
    if (this.#journey === journey) this.#wish = wish;
    return wish;
  }

  async #find(journey: Journey): Promise<void> {
    await journey.signIn();
    const meeting = await journey.scope.wait(journey.meeting);
    await meeting.meetStranger(journey);
  }

  async #stay(journey: Journey, wish: Extract<Wish, { do: 'create' | 'enter' }>): Promise<never> {
    const create = wish.do === 'create';
    const code = create ? newRoomCode(this.#deps.random) : wish.code;
    const again = !create && wish.again;
    const created = () => {
      this.#wish = { do: 'enter', code, again: false };
    };
    const uid = await journey.signIn();
    const meeting = await journey.scope.wait(journey.meeting);
    return meeting.stayInRoom(journey, { uid, code, create, again, created });
  }

  #fail(journey: Journey, error: unknown): void {
    if (this.#journey !== journey || journey.scope.ended) return;
    const name = failureOf(error);
    const failure = byNetwork.has(name) && !this.#deps.page.online() ? 'offline' : name;
    const retry = final.has(failure) ? null : journey.purpose === 'stranger' ? 'find' : 'enter';
    const state: SessionState = { at: 'failed', for: journey.purpose, failure, retry };
    this.#endJourney();
    this.#show(state);
  }

  #endJourney(): void {
    const scope = this.#journey?.scope;
    this.#journey = null;
    if (scope === undefined) return;
    const settling = scope.end().then(() => {
      this.#settling.delete(settling);
    });
    this.#settling.add(settling);
  }

  #wentOffline(): void {
    const journey = this.#journey;
    if (journey === null || (this.#state.at !== 'waiting' && this.#state.at !== 'connecting')) return;
    this.#fail(journey, new Failure('offline'));
  }

  /** The page comes back from the browser's memory; what was under way there is not any more. */
  #restored(): void {
    const unfinished = this.#state.at === 'waiting' || this.#state.at === 'connecting';
    if (unfinished && this.#wish !== null) this.#begin(this.#wish);
  }

  #show(state: SessionState): void {
    if (this.#disposed) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
