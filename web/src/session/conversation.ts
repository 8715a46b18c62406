/** The words of one conversation, and the state `talking` that shows them. */
import { textFault } from '../protocol/message';
import type { Timers } from '../signaling/timers';
import type { Path } from '../peer/path';
import type { Draft } from './draft';
import type { Invitation, Message, Purpose, Safety, SendResult, SessionState } from './model';
import type { PeerPort } from './ports';

type Talking = Extract<SessionState, { at: 'talking' }>;

/** What is shown of somebody who has proved nothing. */
const unproved: Safety = { signs: [], number: null, verified: 'no', newDevice: false };

/** What a conversation needs from around it. */
export type ConversationPlan = {
  readonly timers: Timers;
  readonly purpose: Purpose;
  readonly invitation: Invitation | null;
  readonly show: (state: Talking) => void;
  /** The other left or was lost. */
  readonly over: () => void;
  /** An id that no other message of the session has. */
  readonly newId: () => string;
};

/** One conversation: with one person, over one connection after another. */
export class Conversation {
  readonly #plan: ConversationPlan;
  readonly #since: number;
  /** The present connection; null when there is none. */
  #peer: PeerPort | null = null;
  #messages: readonly Message[] = [];
  #path: Path = 'unknown';
  #presence: Talking['peer'] = 'here';

  constructor(plan: ConversationPlan) {
    this.#plan = plan;
    this.#since = plan.timers.now();
  }

  /** True while a connection is there, steady or not. */
  get connected(): boolean {
    return this.#peer !== null;
  }

  /** Goes on over this open connection; a former one is forgotten and ended by its owner. */
  connect(draft: Draft): void {
    const { peer } = draft;
    if (this.#peer !== null) this.#drop(this.#peer.close());
    this.#peer = peer;
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
        this.#show();
        this.#plan.over();
      },
    });
  }

  /** See {@link Session.send}. */
  send(text: string): SendResult {
    const fault = textFault(text);
    if (fault !== null) return { ok: false, why: fault };
    const id = this.#plan.newId();
    const outcome = this.#peer?.send(id, text) ?? 'closed';
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
    const outcome = this.#peer?.send(id, message.text) ?? 'closed';
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
    this.#plan.show({
      at: 'talking',
      for: this.#plan.purpose,
      since: this.#since,
      messages: this.#messages,
      path: this.#path,
      peer: this.#presence,
      safety: unproved,
      invitation: this.#plan.invitation,
    });
  }
}
