/** The words of one conversation, and the state `talking` that shows them. */
import { textFault } from '../protocol/message';
import type { Timers } from '../signaling/timers';
import type { Path } from '../peer/path';
import type { Draft } from './draft';
import type { EpochMs, Invitation, Message, Purpose, Safety, SendResult, SessionState } from './model';
import type { PeerPort } from './ports';

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
    if (this.#peer !== null) this.#drop(this.#peer.close());
    this.#peer = peer;
    this.#introduction = introduction;
    this.#changedFrom = introduction.changedFrom;
    this.#path = 'unknown';
    this.#presence = 'here';
    const mine = (tell: () => void) => {
      if (this.#peer !== peer) return;
      tell();
      this.#show();
    };
    this.#show();
    draft.talk({
      text: (text) => mine(() => this.#add({ id: this.#plan.newId(), from: 'them', text, at: this.#now(), status: 'sent' })),
      sent: (ids) => mine(() => this.#mark(ids, 'sent')),
      steady: (steady) => mine(() => (this.#presence = steady ? 'here' : 'unsteady')),
      path: (path) => mine(() => (this.#path = path)),
      ended: (how, unsent) => {
        if (this.#peer !== peer) return;
        this.#drop(unsent);
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
    const id = this.#plan.newId();
    const outcome = this.#send(id, text);
    if (outcome === 'closed') return { ok: false, why: 'not_connected' };
    if (outcome === 'full') return { ok: false, why: 'queue_full' };
    this.#add({ id, from: 'me', text, at: this.#now(), status: outcome === 'sent' ? 'sent' : 'sending' });
    this.#show();
    return { ok: true };
  }

  /** See {@link Session.resend}. Without a connection, or with a full queue, the message stays `failed`. */
  resend(id: string): void {
    const message = this.#messages.find((one) => one.id === id && one.from === 'me' && one.status === 'failed');
    if (message === undefined) return;
    const outcome = this.#send(id, message.text);
    if (outcome === 'closed' || outcome === 'full') return;
    this.#mark([id], outcome === 'sent' ? 'sent' : 'sending');
    this.#show();
  }

  /** Ends it from this side: says bye and waits until the word is out. */
  async bye(): Promise<void> {
    const peer = this.#peer;
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
    this.#show();
  }

  #send(id: string, text: string): ReturnType<PeerPort['send']> {
    return this.#peer === null || this.unseen ? 'closed' : this.#peer.send(id, text);
  }

  #drop(unsent: readonly string[]): void {
    this.#peer = null;
    this.#mark(unsent, 'failed');
  }

  #add(message: Message): void {
    this.#messages = [...this.#messages, message];
  }

  #mark(ids: readonly string[], status: Message['status']): void {
    if (ids.length === 0) return;
    const marked = new Set(ids);
    this.#messages = this.#messages.map((one) => (marked.has(one.id) ? { ...one, status } : one));
  }

  #now(): number {
    return this.#plan.timers.now();
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
