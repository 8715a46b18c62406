/** What tests of rooms begin with and look at. */
import { expect, vi } from 'vitest';
import type { RoomSettings } from '../../../protocol/event-body';
import { newRoomCode } from '../../../protocol/room-code';
import type { Signer } from '../../../protocol/signing';
import type { Entry } from '../../timeline/entry';
import { Resident, type ResidentOptions } from './resident';
import { World } from './world';

// Rooms are busy, and the machine may be, too.
vi.setConfig({ testTimeout: 60_000 });

export const settings: RoomSettings = { name: 'room', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };

/** A room with so many members, the founder first, who have come one after the other. */
export async function roomOf(
  seed: number, count: number, options: Partial<RoomSettings> = {},
): Promise<readonly [Resident, ...Resident[]]> {
  const world = new World(seed);
  const code = newRoomCode((length) => world.bytes(length));
  const founder = await Resident.begin(world, { code, create: { ...settings, ...options }, name: 'founder' });
  const all: [Resident, ...Resident[]] = [founder];
  for (let i = 1; i < count; i++) {
    all.push(await come(founder, { name: `guest ${i}` }));
    await world.pass(500);
  }
  expect(await world.until(() => all.every(({ member }) => member.isIn && member.isSynced), 60_000)).toBe(true);
  await world.pass(10_000);
  return all;
}

/** Somebody comes to a room by its link. */
export function come(
  to: Resident, options: Partial<ResidentOptions> = {}, signer: Signer | null = null,
): Promise<Resident> {
  return Resident.begin(to.world, { code: to.member.code, ...options }, signer);
}

/** What somebody sees. */
export function seenBy({ member }: Resident): Entry[] {
  const { timeline } = member;
  if (timeline === null) return [];
  return Array.from({ length: timeline.length }, (_, i) => timeline.at(i));
}

export function textsSeenBy(one: Resident): string[] {
  return seenBy(one).flatMap((entry) => (entry.kind === 'text' ? [entry.is === 'here' ? entry.text : entry.is] : []));
}

/** All see the same, in the same order. @returns how many entries that is. */
export function expectSame(all: readonly Resident[]): number {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('nobody');
  const seen = seenBy(first);
  for (const one of others) expect(seenBy(one).map(timeless)).toEqual(seen.map(timeless));
  for (const one of others) expect(digestOf(one)).toBe(digestOf(first));
  return seen.length;
}

/** The time that is shown depends on when an event came. */
function timeless(entry: Entry): unknown {
  return { ...entry, time: 0 };
}

/** Somebody's last texts, one after the other, with a little time between. */
export async function talk(all: readonly Resident[], rounds: number, from = 0): Promise<string[]> {
  const said: string[] = [];
  for (let round = from; round < from + rounds; round++) {
    for (const one of all) {
      const text = `${all.indexOf(one)}: ${round}`;
      await one.say(text);
      said.push(text);
      await one.world.pass(one.world.chance(400));
    }
  }
  return said;
}

function digestOf({ member }: Resident): string | undefined {
  return member.history?.digest();
}

/** Waits until all see the same, which has to be soon. */
export async function settle(all: readonly Resident[], ms = 60_000): Promise<void> {
  const [first] = all;
  if (first === undefined) return;
  await first.world.until(() => all.every((one) => digestOf(one) === digestOf(first)), ms);
}
