/**
 * The links of a room of many: brings them about as the member asks for, by a door's document or by introductions, and
 * carries frames between them and the member (SPEC D5, O8, R4).
 */
import type { Bytes } from '../../protocol/base64url';
import { newLinkId, type IdentityKey, type Key, type LinkId, type RoomId } from '../../protocol/ids';
import type { Role } from '../../protocol/api';
import type { Sealer } from '../../protocol/seal';
import type { RoomCode } from '../../protocol/room-code';
import type { ByeReason, RoomFrame, RoomHello } from '../../protocol/room-frame';
import type { BlockLine } from '../../peer/block-line';
import type { Proved } from '../../peer/proving';
import type { Path } from '../../peer/path';
import type { Action } from '../../room/member/action';
import type { Told } from '../../room/member/check';
import type { LinkEnd, LinkFacts } from '../../room/member/config';
import { newDraft, type Draft } from '../draft';
import type { Journey } from '../journey';
import { Awaited, type Scope } from '../scope';
import { SealedLink } from '../sealed';
import type { DoorSelf, Met } from './doorway';
import { answerIntroduction, introduce } from './introduction';
import { Neighbour } from './neighbour';

/** Who owns the links: the stay, which asks the member. All but `hello` happen in its turn. */
export type LinksOwner = {
  /** What to say over a new link. */
  hello(): RoomHello;
  /** Both hellos are said. @param take - makes it the link to them, in the place of the one that is there. @param refuse - another stays. */
  linked(peer: IdentityKey, facts: LinkFacts, take: () => void, refuse: () => void): Promise<void>;
  /** One frame; the next one waits for it. */
  received(peer: IdentityKey, frame: Told): Promise<void>;
  drained(peer: IdentityKey): void;
  ended(peer: IdentityKey, end: LinkEnd): void;
  /** Nothing came of an attempt. */
  failed(peer: IdentityKey): void;
  introduce(peer: IdentityKey, step: 'offer' | 'answer', link: LinkId, sealed: Bytes): void;
  /** How the words go, or with whom, has changed. */
  changed(): void;
  /** Blocks for somebody go over this from now on (B3); null: over nothing. */
  blocks(peer: IdentityKey, line: BlockLine | null): void;
};

type Connect = Extract<Action, { do: 'connect' }>;
type Introduced = Extract<Action, { do: 'introduced' }>;
/** An offer of ours that waits for its answer. */
type Offered = { readonly peer: IdentityKey; readonly answer: Awaited<Uint8Array> };
/** An open link. `bulk`: a bulk frame was sent, and it was not told yet that there is room for more. */
type Open = { readonly neighbour: Neighbour; readonly proved: Proved; path: Path; bulk: boolean };

/** By introductions descriptions have all of their candidates, and what goes over the link are frames. */
const forFrames = { carries: 'frames', whole: true } as const;

/** Owned by a stay. */
export class Links {
  readonly #journey: Journey;
  readonly #self: DoorSelf & { readonly sealer: Sealer };
  readonly #owner: LinksOwner;
  readonly #open = new Map<IdentityKey, Open>();
  /** All that live, also those over which not both have said hello. */
  readonly #neighbours = new Set<Neighbour>();
  readonly #offered = new Map<LinkId, Offered>();
  /** Of attempts, by whom they are with: a `disconnect` ends them. */
  readonly #attempts = new Map<IdentityKey, Set<Scope>>();
  /** Whom this device has met here, also those who have gone. */
  readonly #met = new Map<IdentityKey, Proved>();

  /** @param self - the sealer opens what is sealed for the key. */
  constructor(journey: Journey, self: DoorSelf & { readonly sealer: Sealer }, owner: LinksOwner) {
    this.#journey = journey;
    this.#self = self;
    this.#owner = owner;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Links that go over a relay. */
  get relayed(): number {
    return [...this.#open.values()].filter(({ path }) => path === 'relayed').length;
  }

  /** What was proved by somebody who is, or was, linked; null: they never were. */
  proved(peer: IdentityKey): Proved | null {
    return this.#met.get(peer) ?? null;
  }

  /** A link has come to be: hellos follow. @param code - where, through the store; null by an introduction. */
  met(self: IdentityKey, { draft, proved, role }: Met, key: Key, code: RoomCode | null): void {
    const peer = proved.identity;
    // This very device in another place, or a mirror.
    if (peer === self) return;
    const { scope, deps: { timers, random }, shared: { ice } } = this.#journey;
    const fetch = (signal: AbortSignal) => ice.get(true, signal);
    const open: Open = {
      proved,
      path: 'unknown',
      bulk: false,
      neighbour: new Neighbour(scope, draft, peer, role, this.#owner.hello(), { timers, random, fetch }, {
        hello: (theirs) => {
          const facts = { theirs, caller: role === 'caller', key, code };
          return this.#owner.linked(peer, facts, () => this.#take(peer, open), () => void open.neighbour.close('spare'));
        },
        frame: async (frame) => {
          if (this.#open.get(peer) === open) await this.#owner.received(peer, frame);
        },
        drained: () => this.#drained(peer, open),
        steady: () => undefined,
        path: (path) => {
          open.path = path;
          this.#owner.changed();
        },
        ended: (end) => this.#ended(peer, open, end),
      }),
    };
    for (const one of this.#neighbours) if (one.over) this.#neighbours.delete(one);
    this.#neighbours.add(open.neighbour);
  }

  /** Does what `connect` asks for by an introduction. @param root - names the place that is sealed for. */
  async connect(self: IdentityKey, { peer, key }: Connect, room: RoomId): Promise<void> {
    const link = newLinkId(this.#journey.deps.random);
    await this.#attempt(self, peer, key, 'caller', async (scope) => {
      const answer = new Awaited<Uint8Array>();
      this.#offered.set(link, { peer, answer });
      scope.defer(() => void this.#offered.delete(link));
      const draft = await newDraft(this.#journey, 'caller', this.#self.signer, scope, forFrames);
      const sealed = this.#sealed('caller', room, link, key);
      const send = (bytes: Bytes) => this.#owner.introduce(peer, 'offer', link, bytes);
      return { draft, proved: await introduce(scope, { sealed, draft, send }, answer.promise) };
    });
  }

  /** Does what `introduced` asks for. */
  introduced(self: IdentityKey, { from, key, step, link, sealed: bytes }: Introduced, room: RoomId): void {
    if (step === 'offer') void this.#answer(self, from, key, link, bytes, room);
    const offered = this.#offered.get(link);
    if (step === 'offer' || offered?.peer !== from) return;
    if (step === 'answer') offered.answer.resolve(bytes);
    else offered.answer.reject(new Error(`introduction: ${step}`));
  }

  send(peer: IdentityKey, frame: RoomFrame, bulk: boolean): void {
    const open = this.#open.get(peer);
    if (open === undefined) return;
    open.neighbour.send(frame);
    if (!bulk) return;
    open.bulk = true;
    if (open.neighbour.low) queueMicrotask(() => this.#drained(peer, open));
  }

  /** Ends the link to somebody, and what is being made of one. */
  disconnect(peer: IdentityKey, reason: ByeReason | null): void {
    for (const scope of this.#attempts.get(peer) ?? []) void scope.end();
    const open = this.#open.get(peer);
    this.#forget(peer);
    if (open !== undefined) void open.neighbour.close(reason);
    this.#owner.changed();
  }

  /** Ends all, after a bye without a reason. @returns when the words are out. */
  async leave(): Promise<void> {
    for (const peer of this.#open.keys()) this.#forget(peer);
    await Promise.all([...this.#neighbours].map((one) => one.close(null)));
  }

  /** For the end of the page: says bye to all without waiting. */
  sayBye(): void {
    for (const { neighbour } of this.#open.values()) neighbour.sayBye();
  }

  /** The network is another one. */
  networkChanged(): void {
    for (const { neighbour } of this.#open.values()) neighbour.networkChanged();
  }

  #take(peer: IdentityKey, open: Open): void {
    const former = this.#open.get(peer);
    this.#open.set(peer, open);
    this.#met.set(peer, open.proved);
    if (former !== undefined) void former.neighbour.close('spare');
    // They broke the rules meanwhile.
    if (open.neighbour.over) return this.#ended(peer, open, { how: 'protocol_error' });
    this.#owner.blocks(peer, open.neighbour.blocks);
    return this.#owner.changed();
  }

  #drained(peer: IdentityKey, open: Open): void {
    if (!open.bulk || this.#open.get(peer) !== open) return;
    open.bulk = false;
    this.#owner.drained(peer);
  }

  #ended(peer: IdentityKey, open: Open, end: LinkEnd): void {
    if (this.#open.get(peer) !== open) return;
    this.#forget(peer);
    this.#owner.ended(peer, end);
    this.#owner.changed();
  }

  #forget(peer: IdentityKey): void {
    if (this.#open.delete(peer)) this.#owner.blocks(peer, null);
  }

  async #answer(
    self: IdentityKey, peer: IdentityKey, key: Key, link: LinkId, offer: Bytes, room: RoomId,
  ): Promise<void> {
    await this.#attempt(self, peer, key, 'callee', async (scope) => {
      const draft = await newDraft(this.#journey, 'callee', this.#self.signer, scope, forFrames);
      const sealed = this.#sealed('callee', room, link, key);
      const send = (bytes: Bytes) => this.#owner.introduce(peer, 'answer', link, bytes);
      return { draft, proved: await answerIntroduction(scope, { sealed, draft, send }, offer) };
    });
  }

  /** Runs an attempt to its end, whatever that is. Somebody else at the other end than was introduced is nobody. */
  async #attempt(
    self: IdentityKey, peer: IdentityKey, key: Key, role: Role,
    bring: (scope: Scope) => Promise<{ readonly draft: Draft; readonly proved: Proved }>,
  ): Promise<void> {
    const scope = this.#journey.scope.child();
    const attempts = this.#attempts.get(peer) ?? new Set();
    this.#attempts.set(peer, attempts.add(scope));
    try {
      const { draft, proved } = await bring(scope);
      if (proved.identity === peer) this.met(self, { draft, proved, role }, key, null);
      else this.#owner.failed(peer);
    } catch {
      // Whatever it was: this path is none. Where the attempt was to end, nobody waits for it.
      if (!scope.ended) this.#owner.failed(peer);
    } finally {
      attempts.delete(scope);
      if (attempts.size === 0) this.#attempts.delete(peer);
      void scope.end();
    }
  }

  #sealed(role: Role, room: RoomId, link: LinkId, theirs: Key): SealedLink {
    const { key, sealer } = this.#self;
    const [callerKey, calleeKey] = role === 'caller' ? [key, theirs] : [theirs, key];
    return new SealedLink(sealer, { suite: 2, room, link, callerKey, calleeKey }, role);
  }
}
