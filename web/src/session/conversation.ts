/** The words of one conversation, and the state `talking` that shows them. */
import { newStreamId, type RandomBytes, type StreamId } from '../protocol/ids';
import { textFault } from '../protocol/message';
import type { RoomCode } from '../protocol/room-code';
import type { Timers } from '../signaling/timers';
import type { Line, Path } from '../peer/path';
import type { Proved } from '../peer/proving';
import type { Draft } from './draft';
import type { IceList } from './ice-cache';
import type { Journey } from './journey';
import type { Message, SendResult, SessionState } from './model';
import type { PeerPort } from './ports';
import { renewing } from './renewing';
import { Search } from './search';
import { Texts } from './texts';

/** A connection that another one has replaced is closed after so long. */
const lingerMs = 2000;

type Talking = Extract<SessionState, { at: 'talking' }>;

/** What is done about a connection that is lost. */
export type Lifeline = {
  /** Where they are to be found again, told to them in our hello (M8). */
  readonly reunion: RoomCode | null;
  /** Looks for them, and gives what ends that; null: it is not possible. @param told - what their hello said. */
  readonly search: (told: RoomCode | null) => (() => void) | null;
};

/** What a conversation needs from around it. */
export type ConversationPlan = {
  readonly timers: Timers;
  /** The name of what is said from here; of no other conversation (M1). */
  readonly stream: StreamId;
  readonly show: (state: Talking) => void;
  /** ICE servers with a relay. @throws Failure when there are none; the signal's reason. */
  readonly relays: (signal: AbortSignal) => Promise<IceList>;
  readonly random: RandomBytes;
  /** An id that no other message of the session has. */
  readonly newId: () => string;
};

/** One conversation: with one person, over one connection after another. */
export class Conversation {
  readonly #plan: ConversationPlan;
  readonly #texts: Texts;
  readonly #search: Search;
  readonly #since: number;
  /** The present connection; null when there is none. */
  #peer: PeerPort | null = null;
  #messages: readonly Message[] = [];
  #path: Path = 'unknown';
  #presence: Talking['peer'] = 'here';
  #safety: Talking['safety'] | null = null;
  /** The signs of before this connection, as long as both sides may go by them (H7). */
  #knownSigns: Proved['signs'] | null = null;
  #lifeline: Lifeline | null = null;
  #endRenewing: () => void = () => undefined;

  constructor(plan: ConversationPlan) {
    this.#plan = plan;
    this.#since = plan.timers.now();
    this.#search = new Search(plan.timers, () => this.#end('lost'));
    this.#texts = new Texts({
      timers: plan.timers,
      stream: plan.stream,
      heard: (text) => this.#add({ id: plan.newId(), from: 'them', text, status: 'sent' }),
      begun: (again) => {
        if (again) return;
        this.#knownSigns = null;
        this.#show();
      },
      arrived: (ids) => {
        this.#mark(ids, 'sent');
        this.#show();
      },
    });
  }

  /** Goes on over this open connection. @param proved - what was proved over it. */
  connect(draft: Draft, { signs }: Pick<Proved, 'signs'>, lifeline: Lifeline): void {
    const { peer } = draft;
    this.#lifeline = lifeline;
    this.#leave();
    this.#peer = peer;
    this.#texts.attach(peer);
    this.#mark(this.#texts.kept, 'sending');
    this.#knownSigns ??= this.#safety?.signs ?? null;
    // Whom the person has compared with is the same over the next connection, since it is for the same identity.
    this.#safety = { signs, verified: this.#safety?.verified ?? 'no' };
    this.#path = 'unknown';
    this.#presence = 'here';
    const mine = (tell: () => void) => {
      if (this.#peer !== peer) return;
      tell();
      this.#show();
    };
    this.#texts.greet(lifeline.reunion);
    this.#show();
    draft.talk({
      said: (said) => {
        if (this.#peer !== peer) return;
        if (said.t === 'restart') this.#move();
        else this.#texts.take(said);
      },
      sent: (numbers) => {
        if (this.#peer === peer) this.#texts.sent(numbers);
      },
      steady: (steady) => mine(() => this.#steady(steady)),
      path: (path) => mine(() => (this.#path = path)),
      ended: (how) => {
        if (this.#peer !== peer) return;
        this.#peer = null;
        this.#endRenewing();
        this.#texts.detach();
        const again = how === 'lost' && this.#search.lost(() => this.#lookFor());
        if (again) this.#become('reconnecting');
        else this.#end(how);
      },
    });
    const { timers, random, relays } = this.#plan;
    this.#endRenewing = renewing({ timers, random, peer, list: draft.ice, fetch: relays, move: () => this.#move() });
    // Not before the connection has its owner: it is of the search until then.
    this.#search.end();
  }

  /** See {@link Session.send}. */
  send(text: string): SendResult {
    const fault = textFault(text);
    if (fault !== null) return { ok: false, why: fault };
    const there = this.#peer !== null || this.#presence === 'reconnecting';
    if (!there) return { ok: false, why: 'not_connected' };
    const id = this.#plan.newId();
    const status = this.#texts.say(id, text);
    if (status === 'full') return { ok: false, why: 'queue_full' };
    this.#add({ id, from: 'me', text, status });
    return { ok: true };
  }

  /** Ends it from this side: says bye and waits until the word is out. */
  async bye(): Promise<void> {
    this.#search.end();
    this.#endRenewing();
    const peer = this.#peer;
    this.#texts.detach();
    this.#peer = null;
    await peer?.bye();
  }

  /** The network is another one. */
  networkChanged(): void {
    this.#peer?.restart();
  }

  /** See {@link Session.line}. */
  line(): Promise<Line> | null {
    return this.#peer?.line() ?? null;
  }

  /** For the end of the page: says bye without waiting. */
  sayBye(): void {
    this.#peer?.sayBye();
  }

  /** See {@link Session.verify}. */
  verify(same: boolean): void {
    if (this.#safety === null) return;
    this.#safety = { ...this.#safety, verified: same ? 'now' : 'no' };
    this.#show();
  }

  #steady(steady: boolean): void {
    this.#presence = steady ? 'here' : 'unsteady';
    if (steady) this.#search.end();
    else this.#search.unsteady(() => this.#lookFor());
  }

  /** This connection cannot live on; while it does, another one is made. */
  #move(): void {
    this.#search.move(() => this.#lookFor());
  }

  #lookFor(): (() => void) | null {
    return this.#lifeline?.search(this.#texts.reunion) ?? null;
  }

  /** Leaves the present connection for another. The other side may need it until the new one is open there too. */
  #leave(): void {
    const former = this.#peer;
    this.#endRenewing();
    if (former !== null) this.#plan.timers.after(lingerMs, () => former.close());
  }

  #end(how: 'left' | 'lost'): void {
    this.#search.end();
    this.#mark(this.#texts.kept, 'failed');
    this.#become(how);
  }

  #become(presence: Talking['peer']): void {
    this.#presence = presence;
    this.#show();
  }

  #add(message: Omit<Message, 'at'>): void {
    this.#messages = [...this.#messages, { ...message, at: this.#plan.timers.now() }];
    this.#show();
  }

  #mark(ids: readonly string[], status: Message['status']): void {
    if (ids.length === 0) return;
    const marked = new Set(ids);
    this.#messages = this.#messages.map((one) => (marked.has(one.id) ? { ...one, status } : one));
  }

  #show(): void {
    if (this.#safety === null) return;
    const safety = { ...this.#safety, signs: this.#knownSigns ?? this.#safety.signs };
    this.#plan.show({
      at: 'talking',
      for: 'stranger',
      since: this.#since,
      messages: this.#messages,
      path: this.#path,
      peer: this.#presence,
      safety,
    });
  }
}

/** Begins a journey's conversation, over an open connection. @param proved - what was proved over it. */
export function converse(journey: Journey, draft: Draft, proved: Proved, lifeline: Lifeline): void {
  const { timers, random } = journey.deps;
  const { newId, ice } = journey.shared;
  const relays = (signal: AbortSignal) => ice.get(true, signal);
  const show = (state: SessionState) => journey.show(state);
  const stream = newStreamId(random);
  const conversation = new Conversation({ timers, random, stream, relays, show, newId });
  journey.conversation = conversation;
  conversation.connect(draft, proved, lifeline);
}
