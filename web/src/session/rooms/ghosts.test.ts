/** Documents of people who went without a word, at the door of a room (SPEC R3). */
import { it } from 'vitest';
import { encodeBase64url } from '../../protocol/base64url';
import type { Key, Uid } from '../../protocol/ids';
import { allHere, allTalk, createsRoom } from '../testing/rooms';
import { newWorld } from '../testing/world';

it.each(Array.from({ length: 20 }, (_, i) => i + 1))('[R3] hide who is there for a while only (seed %i)', async (seed) => {
  const world = newWorld(seed);
  const [a, b] = [world.person(), world.person()];
  const code = await createsRoom(world, a);
  const [at = ''] = world.db.members.keys();
  await world.clock.advance(Math.floor(world.random() * 25_000));
  for (let i = 0; i < 4; i++) {
    await world.clock.advance(1000);
    const uid = `ghost${i}` as Uid;
    const key = encodeBase64url(new Uint8Array(32).fill(i + 1)) as Key;
    const expireAt = world.clock.now() + 3_600_000;
    world.db.members.set(`${at.split('/')[0]}/${uid}`, { uid, key, joinedAt: world.db.serverTime(), expireAt });
  }
  b.session.enter(code);
  // Alone after 19 s, a door then, and the first to look for others 33 s later at the latest.
  await allHere(world, [a, b], 55_000);
  await allTalk(world, [a, b], 'word');
});
