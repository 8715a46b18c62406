/**
 * The session: one journey at a time, each with a scope of its own. A verb ends the journey before it begins the
 * next one, so nothing that was under way can change what comes after.
 */
import { Failure, failureOf, type FailureName } from '../protocol/failures';
import { newRoomCode, parseRoomCode, type RoomCode } from '../protocol/room-code';
import { IceCache } from './ice-cache';
import { Journey, type Shared } from './journey';
import type { Line, SendResult, Session, SessionSettings, SessionState } from './model';
import type { RoomId } from '../protocol/ids';
import type { SessionDeps } from './ports';
import type { RoomCard, RoomsVerbs, RoomVerbs } from './room-model';
import type { Rooms } from './rooms/rooms';
import { Scope } from './scope';
import { Tickets } from './tickets';

/** What a person wants, and what trying again means. */
type Wish =
  | { readonly do: 'find' }
  | { readonly do: 'create' }
  /** One guess at what was typed as a short code. It becomes an entering when the room is known. */
  | { readonly do: 'guess'; readonly code: string }
  | { readonly do: 'enter'; readonly code: RoomCode };

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
  readonly rooms: RoomsVerbs = {
    getRooms: () => this.#listRooms(),
    openRoom: (id) => this.#openRoom(id),
    goHome: () => this.#goHome(),
    forgetRoom: (id) => void this.#forgetRoom(id),
  };
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
  /** Rooms of many; they come after the first load. */
  #rooms: Rooms | null = null;
  #roomsComing: Promise<Rooms> | null = null;
  #disposed = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#settings = deps.settings;
    let messages = 0;
    this.#shared = {
      deps,
      ice: new IceCache(deps.api, deps.timers),
      tickets: new Tickets(deps.api, deps.timers),
      settings: () => this.#settings,
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
    const talking = this.#state.at === 'talking' && this.#state.peer !== 'left' && this.#state.peer !== 'lost';
    let wish: Extract<Wish, { do: 'enter' | 'guess' }>;
    try {
      wish = { do: 'enter', code: parseRoomCode(codeOrLink) };
    } catch {
      // A broken link is no reason to lose a conversation, or to leave a room.
      if (talking || this.#state.at === 'room' || this.#disposed) return;
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
    if (same && (this.#state.at === 'connecting' || this.#state.at === 'room')) return;
    const there = wish.do === 'enter' ? (this.#rooms?.journeyBy(wish.code) ?? null) : null;
    if (there === null) this.#begin(wish);
    else this.#turnTo(there, wish);
  }

  retry(): void {
    const state = this.#state;
    const over = state.at === 'talking' && (state.peer === 'left' || state.peer === 'lost');
    const failed = state.at === 'failed' && state.retry !== null;
    if (this.#wish !== null && (over || failed)) this.#begin(this.#wish);
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

  /** See {@link Session.room}. */
  get room(): RoomVerbs | null {
    return this.#rooms?.of(this.#journey)?.room ?? null;
  }

  makeCode(): void {
    this.#journey?.makeCode?.();
  }

  verify(same: boolean): void {
    this.#journey?.conversation?.verify(same);
  }

  async line(): Promise<Line | null> {
    return this.#journey?.conversation?.line() ?? null;
  }

  configure(settings: SessionSettings): void {
    this.#settings = settings;
    this.#rooms?.configured();
  }

  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      for (const unsubscribe of this.#unsubscribes) unsubscribe();
      this.#endJourney();
      for (const journey of this.#rooms?.journeys() ?? []) this.#settle(journey);
      this.#listeners.clear();
    }
    await Promise.all(this.#settling);
  }

  #begin(wish: Wish): void {
    if (this.#disposed) return;
    this.#setAside();
    this.#wish = wish;
    const scope = new Scope(this.#deps.timers);
    const purpose = wish.do === 'find' ? 'stranger' : 'room';
    const journey = new Journey(this.#shared, scope, purpose, (state) => this.#shown(journey, state));
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
    const wish = { do: 'enter', code: await codes.enter(journey.scope, typed, uid) } as const;
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
    const uid = await journey.signIn();
    const rooms = await journey.scope.wait(this.#loadRooms());
    return rooms.stay(journey, { uid, code, create });
  }

  /** @throws Failure `browser_too_old`, `function_unavailable`. */
  async #loadRooms(): Promise<Rooms> {
    this.#roomsComing ??= this.#deps.rooms(() => this.#tell());
    try {
      const before = this.#rooms;
      this.#rooms = await this.#roomsComing;
      if (before === null) this.#tell();
      return this.#rooms;
    } catch (error) {
      // What could not be loaded is asked for again the next time.
      this.#roomsComing = null;
      throw error;
    }
  }

  /** Who asks for the list wants what is kept, too; a browser that cannot load it has none. */
  #listRooms(): readonly RoomCard[] {
    if (this.#roomsComing === null && !this.#disposed) this.#loadRooms().catch(() => undefined);
    return this.#rooms?.list() ?? noRooms;
  }

  #openRoom(id: RoomId): void {
    const journey = this.#rooms?.journeyIn(id) ?? null;
    const code = this.#rooms?.codeOf(id) ?? null;
    if (journey !== null) this.#turnTo(journey, null);
    else if (code !== null) this.enter(code);
  }

  /** Shows a room that is open. */
  #turnTo(journey: Journey, wish: Wish | null): void {
    const there = this.#rooms?.of(journey);
    if (there == null || this.#journey === journey) return;
    this.#setAside();
    this.#journey = journey;
    this.#wish = wish ?? { do: 'enter', code: parseRoomCode(there.state.invitation.code) };
    this.#show(there.state);
  }

  #goHome(): void {
    if (this.#state.at !== 'room') return;
    this.#setAside();
    this.#wish = null;
    this.#show({ at: 'start' });
  }

  async #forgetRoom(id: RoomId): Promise<void> {
    const rooms = this.#rooms;
    const journey = rooms?.journeyIn(id) ?? null;
    const forgotten = rooms?.forget(id);
    if (journey !== null && journey === this.#journey) this.leave();
    else if (journey !== null) this.#settle(journey);
    await forgotten;
  }

  #fail(journey: Journey, error: unknown): void {
    if (journey.scope.ended) return;
    if (this.#journey !== journey) return this.#settle(journey);
    const name = failureOf(error);
    const failure = byNetwork.has(name) && !this.#deps.page.online() ? 'offline' : name;
    const retry = final.has(failure) ? null : journey.purpose === 'stranger' ? 'find' : 'enter';
    const state: SessionState = { at: 'failed', for: journey.purpose, failure, retry };
    this.#endJourney();
    this.#show(state);
  }

  /** Ends what is shown, unless it is a room, which goes on. */
  #setAside(): void {
    if (this.#state.at === 'room') this.#journey = null;
    else this.#endJourney();
  }

  #endJourney(): void {
    const journey = this.#journey;
    this.#journey = null;
    if (journey !== null) this.#settle(journey);
  }

  #settle(journey: Journey): void {
    const settling = journey.scope
      .end()
      .then(() => this.#rooms?.load())
      .finally(() => this.#settling.delete(settling));
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

  /** What a journey shows is on the screen if that journey is. */
  #shown(journey: Journey, state: SessionState): void {
    if (this.#journey !== journey) return;
    // From here on trying again means entering, also by a code that the room has got since.
    if (state.at === 'room' && (this.#wish?.do !== 'enter' || this.#wish.code !== state.invitation.code)) {
      this.#wish = { do: 'enter', code: parseRoomCode(state.invitation.code) };
    }
    this.#show(state);
  }

  #show(state: SessionState): void {
    if (this.#disposed) return;
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    if (this.#disposed) return;
    for (const listener of this.#listeners) listener();
  }
}
