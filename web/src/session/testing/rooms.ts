/** People in link rooms. */
import { expect } from 'vitest';
import { bothTalk, type Person, type World } from './world';

/** Creates a room; returns its code. */
export async function roomOf(world: World, host: Person): Promise<string> {
  host.session.createRoom();
  expect(await world.clock.until(() => host.state.at === 'waiting'), JSON.stringify(host.story)).toBe(true);
  if (host.state.at !== 'waiting' || host.state.for !== 'room') throw new Error('not waiting in a room');
  return host.state.invitation.code;
}

/** Two people in one room, the first its creator. */
export async function twoInRoom(world: World): Promise<[Person, Person, string]> {
  const [a, b] = [world.person(), world.person()];
  const code = await roomOf(world, a);
  b.session.enter(code);
  await bothTalk(world, a, b);
  return [a, b, code];
}
