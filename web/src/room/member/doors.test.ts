/** Who is a door (SPEC R2), and how it is found (R3). */
import { expect, it } from 'vitest';
import { encodeBase64url } from '../../protocol/base64url';
import type { IdentityKey, Key } from '../../protocol/ids';
import { newRoomCode } from '../../protocol/room-code';
import { Resident } from './testing/resident';
import { come, expectSame, roomOf, settings } from './testing/room';
import { World } from './testing/world';

it('[R2] who has no link becomes a door where hardly any is known, though somebody who crashed is thought to be there', async () => {
  const all = await roomOf(90, 3);
  const { world } = all[0];
  await world.pass(20_000);
  const doors = all.filter(({ member }) => member.isDoor);
  const [left] = all.filter(({ member }) => !member.isDoor);
  const [leaves, crashes] = doors;
  if (left === undefined || leaves === undefined || crashes === undefined) throw new Error('there are two doors');
  await leaves.leave();
  crashes.crash();
  await world.pass(15_000);
  expect([left.lines.size, left.member.isDoor]).toEqual([0, true]);
  const late = await come(left);
  expect(await world.until(() => late.member.isIn, 10_000)).toBe(true);
});

it.each([91, 92, 93, 94])('[R3] documents of members that crashed hide a door for a while only (seed %i)', async (seed) => {
  const world = new World(seed);
  const code = newRoomCode((length) => world.bytes(length));
  const founder = await Resident.begin(world, { code, create: settings, name: 'founder' });
  await world.pass(world.chance(25_000));
  for (let i = 0; i < 4; i++) {
    await world.pass(1000);
    const [peer, key] = [encodeBase64url(world.bytes(32)) as IdentityKey, encodeBase64url(world.bytes(32)) as Key];
    world.addDoor(code, { peer, key, at: world.now });
  }
  const late = await come(founder);
  expect(await world.until(() => late.member.isIn, 45_000)).toBe(true);
  await world.pass(30_000);
  expectSame([founder, late]);
});
