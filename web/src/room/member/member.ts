/**
 * One member's part in a room of many: what it says, hears, keeps and decides (SPEC sections 13 to 15), as Go's package
 * `room/member` has it, whose doc has a picture. It holds together what knows nothing of each other: `room/overlay` (who is
 * linked to whom), `room/history` (what was said), `room/timeline` (what there is to see).
 *
 * A state machine: no I/O, no clock, no randomness of its own. The caller does what the actions say, in order, and tells what
 * came of it. Inputs sign, so they take a moment: the caller gives one after the other, a {@link Member.tick} with the time
 * before each. What is read in between may be half of a change.
 */
import type { Bytes } from '../../protocol/base64url';
import type { RoomSettings } from '../../protocol/event-body';
import type { ChainEnd } from '../../protocol/event-member';
import type { SaidFile } from '../../protocol/event-text';
import type { EventId, IdentityKey, Key, LinkId } from '../../protocol/ids';
import type { IntroductionStep } from '../../protocol/overlay-frame';
import type { RoomCode } from '../../protocol/room-code';
import type { RoomHello } from '../../protocol/room-frame';
import type { History } from '../history/history';
import type { Timeline } from '../timeline/timeline';
import type { Action } from './action';
import { beginState } from './begin';
import type { CheckedFrame } from './check';
import { drained } from './compare';
import type { Config, KeptEvent, LinkEnd, LinkFacts, Person, Receipt } from './config';
import { becomeDoor } from './doors';
import { linked } from './enter';
import { finish, next, tick } from './life';
import { accepts, hello, leave, replaces, unlinked } from './links';
import { peopleOf } from './people';
import { read, receiptsOf, tell, type } from './receipts';
import { received } from './received';
import { configure, edit, react, remove, rename, say, sayFile, unsay } from './say';
import { isMember, linkTo, settingsOf, type Peer, type State } from './state';

/** What comes of an input. */
export type Actions = Promise<readonly Action[]>;

/** What comes of saying something: the event's id, too. */
export type Spoken = Promise<{ readonly id: EventId; readonly actions: readonly Action[] }>;

/** One member; made by {@link begin}. After `ended`, or {@link Member.leave}, every input does nothing. */
export type Member = {
  readonly self: IdentityKey;
  /** Of the room; null while none is known. */
  readonly root: EventId | null;
  /** What was said, to be read only; null until the room's first event is here. */
  readonly history: History | null;
  /** What there is to see, likewise. */
  readonly timeline: Timeline | null;
  /** Let in, as far as is known here: only then can it say anything. */
  readonly isIn: boolean;
  /** What was said before this member came is here, as far as its first neighbour had it. */
  readonly isSynced: boolean;
  /** A door (R2): the caller looks at the store's documents now and then, and calls those that {@link knows} does not know. */
  readonly isDoor: boolean;
  /** Everybody is linked to everybody. */
  readonly mesh: boolean;
  /** Where the room is found now. */
  readonly code: RoomCode;
  /** How often it has moved to another code (R8). */
  readonly epoch: number;

  /** Does what is due. @param now - never goes back. */
  tick(now: number): Actions;
  /** When {@link tick} has something to do. */
  next(): number;

  /** What to say over a new link. */
  hello(): RoomHello;
  /** Whether a link that somebody begins is welcome. @param urgent - of a caller through the store, who has hardly any other. */
  accepts(peer: IdentityKey, urgent: boolean): boolean;
  /**
   * Whether a further link to a neighbour takes the place of the one that there is, so that both keep the same: the other
   * one is closed by the caller, with a bye `spare` and without a word to the member; then `linked` if it is this one.
   */
  replaces(peer: IdentityKey, link: LinkFacts): boolean;
  /** What `checkFrame` is given for frames of a neighbour. */
  rootFor(peer: IdentityKey): EventId | null;
  /** A link to somebody who has proved who they are and said hello. It takes the place of another to the same one. */
  linked(peer: IdentityKey, link: LinkFacts): Actions;
  /** A link has ended, not by `disconnect`. */
  unlinked(peer: IdentityKey, end: LinkEnd): Actions;
  /** An attempt to connect has ended, whoever began it. */
  failed(peer: IdentityKey): Actions;
  received(peer: IdentityKey, frame: CheckedFrame): Actions;
  /** Bulk frames that were sent have left the channel's buffer. */
  drained(peer: IdentityKey): Actions;
  /** Sends an offer or an answer, sealed, to a member over the links that there are (O8). */
  introduce(peer: IdentityKey, step: IntroductionStep, link: LinkId, sealed: Bytes): Actions;
  /** There are no doors in the store, or none has answered (R3): this member becomes one. */
  alone(): Actions;
  /** Says goodbye and ends all links (R9). */
  leave(): Actions;

  /** Says a text, 1 to 10 000 characters. @throws NotIn; ParseError for what is beyond its bounds. Then nothing was said. */
  say(text: string): Spoken;
  /** A text that answers another. @throws as {@link say}. */
  reply(to: EventId, text: string): Spoken;
  /** Says files (F1). @throws as {@link say}. */
  sayFile(said: SaidFile): Spoken;
  /** Puts an emoji to a text, or takes it away. @throws as {@link say}. */
  react(to: EventId, emoji: string, on: boolean): Spoken;
  /** Changes an own text. Others take it for 24 hours after the text (E11). @throws as {@link say}. */
  edit(to: EventId, text: string): Spoken;
  /** Takes an own text back, likewise. @throws as {@link say}. */
  unsay(to: EventId): Spoken;
  /** @throws NotFounder; as {@link say}. */
  configure(settings: RoomSettings): Spoken;
  /** Changes what this member is called; where it may not let in anybody, others do not take it. @throws as {@link say}. */
  rename(name: string): Spoken;
  /** Removes somebody else. The room moves to another code, which they are not told (R8). @throws NotFounder; as {@link say}. */
  remove(peer: IdentityKey): Spoken;
  /** The person is writing; called with each key stroke, if one likes (R7). */
  type(): Actions;
  /** From now on others are told when the person writes, and what was read, or are not (R7). */
  tell(what: Pick<Config, 'typing' | 'reading'>): Actions;
  /** The person has seen an entry of the timeline, and those before it. */
  read(id: EventId): Actions;

  /**
   * The members and those who were, of whom something may still be shown; the founder first, then in the order in which they
   * were let in. It takes time with their number.
   */
  people(): readonly Person[];
  /** Who is writing, in the order in which they began. */
  typists(): readonly IdentityKey[];
  /**
   * Who is known to have an event of this member, ascending. Neighbours say so: in a room beyond ten that is not everybody.
   */
  receipts(id: EventId): readonly Receipt[];
  /** How many these are, and how many of them have read it. */
  delivered(id: EventId): { readonly got: number; readonly read: number };
  /** Null while none are known. */
  settings(): RoomSettings | null;
  /** Who this one is linked to, in the order in which they came. */
  neighbours(): readonly IdentityKey[];
  /** That of somebody's presence; null if they are not here. */
  key(peer: IdentityKey): Key | null;
  /** Whether a key is in the presence of somebody who is here, or the own one: such a door need not be called (R3). */
  knows(key: Key): boolean;
  /** What this member writes, to be kept where its signing key is, before frames go that tell of it; null before the first. */
  chain(): ChainEnd | null;
  /** An event as it is to be kept; null if it is not here. */
  event(id: EventId): KeptEvent | null;
};

/**
 * Creates a room, enters one, or comes back to it.
 * @throws ParseError for settings or a name beyond their bounds; NothingKept.
 */
export async function begin(config: Config): Promise<{ readonly member: Member; readonly actions: readonly Action[] }> {
  const s = await beginState(config);
  return { member: memberOf(s), actions: await finish(s) };
}

function memberOf(s: State): Member {
  return {
    self: s.self,
    get root() { return s.root; },
    get history() { return s.room?.history ?? null; },
    get timeline() { return s.room?.timeline ?? null; },
    get isIn() { return isMember(s, s.self); },
    get isSynced() { return s.synced; },
    get isDoor() { return s.doors.open; },
    get mesh() { return s.node.mesh(); },
    get code() { return s.epochs.code; },
    get epoch() { return s.epochs.now; },
    next: () => next(s),
    ...inputsOf(s),
    ...wordsOf(s),
    ...readsOf(s),
  };
}

/** An input of a member that is still there, and what comes of it. */
function inputsOf(s: State) {
  const input =
    <Args extends readonly unknown[]>(take: (state: State, ...args: Args) => void) =>
    (...args: Args): Actions => {
      if (!s.over) take(s, ...args);
      return finish(s);
    };
  return {
    tick: input(tick),
    linked: input(linked),
    unlinked: input(unlinked),
    failed: input((_, peer: Peer) => s.perform(s.node.failed(peer))),
    received: input(received),
    drained: input(drained),
    introduce: input((_, ...what: Parameters<Member['introduce']>) => s.perform(s.node.introduce(...what))),
    alone: input(() => {
      if (s.links.length === 0) becomeDoor(s);
    }),
    leave: input(leave),
    type: input(type),
    tell: input(tell),
    read: input(read),
  };
}

/** What a person says. */
function wordsOf(s: State) {
  const word =
    <Args extends readonly unknown[]>(write: (state: State, ...args: Args) => Promise<EventId>) =>
    async (...args: Args): Spoken => {
      const id = await write(s, ...args);
      return { id, actions: await finish(s) };
    };
  return {
    say: word((_, text: string) => say(s, text, null)),
    reply: word((_, to: EventId, text: string) => say(s, text, to)),
    sayFile: word(sayFile),
    react: word(react),
    edit: word(edit),
    unsay: word(unsay),
    configure: word(configure),
    rename: word(rename),
    remove: word(remove),
  };
}

function readsOf(s: State) {
  return {
    hello: () => hello(s),
    accepts: (peer: Peer, urgent: boolean) => accepts(s, peer, urgent),
    replaces: (peer: Peer, facts: LinkFacts) => replaces(s, peer, facts),
    rootFor: (peer: Peer) => s.root ?? linkTo(s, peer)?.theirs.root ?? null,
    people: () => peopleOf(s),
    typists: () => s.receipts.typists.map(({ peer }) => peer),
    receipts: (id: EventId) => receiptsOf(s, id),
    delivered: (id: EventId) => {
      const receipts = receiptsOf(s, id);
      return { got: receipts.length, read: receipts.filter((one) => one.read).length };
    },
    settings: () => settingsOf(s),
    neighbours: () => s.node.neighbours(),
    key: (peer: Peer) => s.stays.here.get(peer)?.key ?? null,
    knows: (key: Key) => key === s.config.key || s.stays.keys.has(key),
    chain: () => s.writer.kept,
    event: (id: EventId) => keptEvent(s, id),
  };
}

function keptEvent({ room }: State, id: EventId): KeptEvent | null {
  const event = room?.history.event(id) ?? null;
  return room === null || event === null ? null : { id, bytes: event.bytes, at: room.history.arrived(id) };
}
