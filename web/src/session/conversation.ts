/** The words of one conversation, and the state `talking` that shows them. */
import type { StreamId } from '../protocol/ids';
import { textFault } from '../protocol/message';
import type { Timers } from '../signaling/timers';
import type { Path } from '../peer/path';
import type { Draft } from './draft';
import type { EpochMs, Invitation, Message, Purpose, Safety, SendResult, SessionState } from './model';
import type { PeerPort } from './ports';
import { Texts } from './texts';

type Talking = Extract<SessionState, { at: 'talking' }>;

type Changed = Extract<SessionState, { at: 'changed' }>;

/** Who is at the other end of a connection. */
export type Introduction = {
  readonly safety: Safety;
  /** When the device was verified that should be there instead of this one (H9); null if this one may be. */
  readonly changedFrom: EpochMs | null;
  /** The person talks to them all the same. */
  readonly accepted: () => void;
  /** The person has compared, or takes it back. */
  readonly verified: (same: boolean) => void;
};

/** What a conversation needs from around it. */
export type ConversationPlan = {
  readonly timers: Timers;
  /** The name of what is said from here; of no other conversation (M1). */
  readonly stream: StreamId;
  readonly purpose: Purpose;
  readonly invitation: Invitation | null;
  readonly show: (state: Talking | Changed) => void;
  /** The other left or was lost. */
  readonly over: () => void;
  /** An id that no other message of the session has. */
  readonly newId: () => string;
};

/**
 * One conversation: with one person, over one connection after another. While somebody else's device is there than the
 * one that was verified, what comes is kept and nothing goes out but a bye, until the person has agreed.
 */
export class Conversation {
  readonly #plan: ConversationPlan;
  readonly #texts: Texts;
  readonly #since: number;
  /** The present connection; null when there is none. */
  #peer: PeerPort | null = null;
  #messages: readonly Message[] = [];
  #path: Path = 'unknown';
  #presence: Talking['peer'] = 'here';
  #introduction: Introduction | null = null;
  /** As in the introduction, until the person has agreed. */
  #changedFrom: EpochMs | null = null;

  constructor(plan: ConversationPlan) {
    this.#plan = plan;
    this.#since = plan.timers.now();
    this.#texts = new Texts({
      timers: plan.timers,
      stream: plan.stream,
      heard: (text) => this.#add({ id: plan.newId(), from: 'them', text, status: 'sent' }),
      arrived: (ids) => {
        this.#mark(ids, 'sent');
        this.#show();
      },
    });
  }

  /** True: nothing of the other was shown yet, because theirs is another device than the one that was verified. */
  get unseen(): boolean {
    return this.#changedFrom !== null;
  }

  /** True while a connection is there, steady or not. */
  get connected(): boolean {
    return this.#peer !== null;
  }

  /** Goes on over this open connection; a former one is forgotten and ended by its owner. */
  connect(draft: Draft, introduction: Introduction): void {
    const { peer } = draft;
    this.#peer?.close();
    this.#peer = peer;
    this.#texts.attach(peer);
    this.#mark(this.#texts.kept, 'sending');
    this.#introduction = introduction;
    this.#changedFrom = introduction.changedFrom;
    this.#path = 'unknown';
    this.#presence = 'here';
    const mine = (tell: () => void) => {
      if (this.#peer !== peer) return;
      tell();
      this.#show();
    };
    if (!this.unseen) this.#texts.greet(null);
    this.#show();
    draft.talk({
      said: (said) => {
        if (this.#peer === peer) this.#texts.take(said);
      },
      sent: (numbers) => {
        if (this.#peer === peer) this.#texts.sent(numbers);
      },
      steady: (steady) => mine(() => (this.#presence = steady ? 'here' : 'unsteady')),
      path: (path) => mine(() => (this.#path = path)),
      ended: (how) => {
        if (this.#peer !== peer) return;
        this.#peer = null;
        this.#texts.detach();
        this.#mark(this.#texts.kept, 'failed');
        this.#presence = how;
        // Of somebody who was never agreed to there is nothing to be shown.
        if (!this.unseen) this.#show();
        this.#plan.over();
      },
    });
  }

  /** See {@link Session.send}. */
  send(text: string): SendResult {
    const fault = textFault(text);
    if (fault !== null) return { ok: false, why: fault };
    if (this.#peer === null || this.unseen) return { ok: false, why: 'not_connected' };
    const id = this.#plan.newId();
    const status = this.#texts.say(id, text);
    if (status === 'full') return { ok: false, why: 'queue_full' };
    this.#add({ id, from: 'me', text, status });
    return { ok: true };
  }

  /** Ends it from this side: says bye and waits until the word is out. */
  async bye(): Promise<void> {
    const peer = this.#peer;
    this.#texts.detach();
    this.#peer = null;
    await peer?.bye();
  }

  /** For the end of the page: says bye without waiting. */
  sayBye(): void {
    this.#peer?.sayBye();
  }

  /** See {@link Session.verify}. */
  verify(same: boolean): void {
    if (this.#introduction === null || this.unseen) return;
    const { safety, verified } = this.#introduction;
    this.#introduction = { ...this.#introduction, safety: { ...safety, verified: same ? 'now' : 'no' } };
    verified(same);
    this.#show();
  }

  /** See {@link Session.talkAnyway}. */
  talkAnyway(): void {
    if (!this.unseen) return;
    this.#changedFrom = null;
    this.#introduction?.accepted();
    this.#texts.greet(null);
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
    if (this.#introduction === null) return;
    const { safety } = this.#introduction;
    const [since, verifiedAt] = [this.#since, this.#changedFrom];
    if (verifiedAt !== null) return this.#plan.show({ at: 'changed', for: 'room', since, safety, verifiedAt });
    return this.#plan.show({
      at: 'talking',
      for: this.#plan.purpose,
      since,
      messages: this.#messages,
      path: this.#path,
      peer: this.#presence,
      safety,
      invitation: this.#plan.invitation,
    });
  }
}
