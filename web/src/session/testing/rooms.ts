/** People in rooms of many. */
import { expect } from 'vitest';
import type { FailureName } from '../../protocol/failures';
import type { EventId } from '../../protocol/ids';
import type { SessionState } from '../model';
import type { RoomEntry, RoomMember } from '../room-model';
import type { Person, World } from './world';

/** How many are in the room on somebody's screen, themselves among them. */
export const present = (one: Person): number =>
  one.state.at === 'room' ? one.room.members.filter(({ presence }) => presence === 'here').length : 0;

/** What all of them went through, for a test that fails. */
export const stories = (people: readonly Person[]): string => JSON.stringify(people.map((one) => one.story));

/** Somebody creates a room; returns its code. */
export async function createsRoom(world: World, founder: Person): Promise<string> {
  founder.session.createRoom();
  expect(await world.clock.until(() => founder.state.at === 'room'), stories([founder])).toBe(true);
  return founder.room.invitation.code;
}

/** Waits until all of them, and nobody else, are there for each other. */
export async function allHere(world: World, people: readonly Person[], limitMs = 60_000): Promise<void> {
  const met = await world.clock.until(() => people.every((one) => present(one) === people.length), limitMs);
  expect(met, stories(people)).toBe(true);
}

/** People in one room, the first its founder; the others come in one after the other. */
export async function roomOf<People extends readonly Person[]>(world: World, ...people: People): Promise<People> {
  const [founder, ...others] = people;
  if (founder === undefined) throw new Error('nobody');
  const code = await createsRoom(world, founder);
  for (const [i, one] of others.entries()) {
    one.session.enter(code);
    await allHere(world, people.slice(0, i + 2));
  }
  return people;
}

export const twoInRoom = (world: World): Promise<[Person, Person]> => roomOf(world, world.person(), world.person());

export const threeInRoom = (world: World): Promise<[Person, Person, Person]> =>
  roomOf(world, world.person(), world.person(), world.person());

/** Somebody says something in the room on their screen. */
export function says(one: Person, text: string): void {
  expect(verbs(one).say(text)).toEqual({ ok: true });
}

/** What somebody can do in the room on their screen. */
export function verbs(one: Person): NonNullable<Person['session']['room']> {
  const { room } = one.session;
  if (room === null) throw new Error(`in no room: ${one.state.at}`);
  return room;
}

/** The entries on somebody's screen. */
export function entries(one: Person): RoomEntry[] {
  const all = one.room.entries;
  return Array.from({ length: all.length }, (_, i) => all.at(i));
}

/** The texts, whoever said them. */
export const texts = (one: Person): string[] =>
  entries(one).flatMap((entry) => (entry.kind === 'text' && entry.is === 'here' ? [entry.text] : []));

/** Waits until all of them read the same number of texts, and checks that they are the same. */
export async function allRead(world: World, people: readonly Person[], count: number, limitMs = 60_000): Promise<void> {
  await world.clock.until(() => people.every((one) => one.state.at === 'room' && one.read.length === count), limitMs);
  const [first] = people;
  if (first === undefined) throw new Error('nobody');
  for (const one of people) expect(texts(one), stories(people)).toEqual(texts(first));
  expect(texts(first)).toHaveLength(count);
}

/** All of them say something that all of them read. */
export async function allTalk(world: World, people: readonly Person[], word: string): Promise<void> {
  const before = texts(people[0] as Person).length;
  for (const [i, one] of people.entries()) says(one, `${word} ${i}`);
  await allRead(world, people, before + people.length);
}

/** How one of them sees another. */
export function memberOf(one: Person, other: Person): RoomMember {
  const id = other.room.members.find(({ self }) => self)?.id;
  const found = one.room.members.find((each) => each.id === id);
  if (found === undefined) throw new Error('not a member');
  return found;
}

/** The entry with this text. */
export function entryOf(one: Person, text: string): EventId {
  const found = entries(one).find((entry) => entry.kind === 'text' && entry.text === text);
  if (found === undefined) throw new Error(`nobody said ${text}`);
  return found.id;
}

/** Waits until somebody is in a room, not to be turned away again, or is told why not. */
export async function ends(world: World, one: Person): Promise<Person['state']> {
  const { clock } = world;
  await clock.until(() => one.state.at === 'failed' || (one.state.at === 'room' && one.state.line !== 'looking'));
  return one.state;
}

/** Somebody new tries to come in. */
export async function comes(world: World, code: string, one = world.person()): Promise<Person> {
  one.session.enter(code);
  await ends(world, one);
  return one;
}

/** What is shown of a room that one did not come into. */
export const failed = (failure: FailureName, retry: 'enter' | null = 'enter'): SessionState =>
  ({ at: 'failed', for: 'room', failure, retry });
