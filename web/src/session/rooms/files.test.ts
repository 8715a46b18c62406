/** Files among what is said in a room (SPEC section 16). */
import { describe, expect, it } from 'vitest';
import { allHave, bytesOf, fileOf, filesOf, gets, progressOf, savedBy, sends } from '../testing/files';
import { MemoryFile } from '../testing/memory-files';
import { allHere, allRead, allTalk, memberOf, says, texts, threeInRoom, twoInRoom, verbs } from '../testing/rooms';
import { newWorld, type Person, type World } from '../testing/world';

const mib = 2 ** 20;

/** How many bytes of the last file are here; 0 if that is not said. */
function have(one: Person): number {
  const progress = filesOf(one).at(-1)?.file.progress;
  return progress !== undefined && 'have' in progress ? progress.have : 0;
}

const until = async (world: World, done: () => boolean, limitMs?: number) => expect(await world.clock.until(done, limitMs)).toBe(true);

/** What somebody has saved is what was sent. */
async function savesWhole(world: World, one: Person, bytes: Uint8Array, name?: string): Promise<void> {
  expect(Buffer.from((await savedBy(world, one, name)) ?? []).equals(bytes)).toBe(true);
}

/** Somebody's page is gone without a word, and loaded again. */
async function reloads(world: World, one: Person, code: string): Promise<Person> {
  await world.crash(one);
  const again = world.person({ uid: one.uid, device: one.device });
  again.session.enter(code);
  await until(world, () => again.state.at === 'room' && filesOf(again).length > 0);
  return again;
}

describe('a file', () => {
  it('is said, and comes to all who want it, whole', async () => {
    const world = newWorld(1);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const bytes = bytesOf(3 * mib + 17);
    await sends(world, a, [b, c], bytes);
    expect(fileOf(b)).toMatchObject({
      text: 'look',
      file: { name: 'film.webm', sort: 'film', size: bytes.length, mine: false, progress: { is: 'offered' }, preview: null },
    });
    expect(fileOf(a).file).toMatchObject({ mine: true, progress: { is: 'here' } });
    gets(b);
    gets(c);
    await allHave(world, people);
    for (const one of [b, c]) expect(Buffer.from((await savedBy(world, one)) ?? []).equals(bytes)).toBe(true);
    await world.clock.advance(1000);
    expect(fileOf(b).file.preview).toMatch(/^blob:video\/webm/u);
    expect(fileOf(b).file.progress).toEqual({ is: 'here', saved: true });
    const others = fileOf(a).file.others.toSorted((x, y) => (x.member < y.member ? -1 : 1));
    expect(others.map(({ member, is }) => [member, is])).toEqual([b, c].map((one) => [memberOf(a, one).id, 'has']).toSorted());
    await allTalk(world, people, 'and on');
  });

  it('comes to who comes later from who is there, when the sender has gone for good', async () => {
    const world = newWorld(2);
    const [a, b, c] = await threeInRoom(world);
    const bytes = bytesOf(2 * mib);
    await sends(world, a, [b, c], bytes);
    gets(b);
    await allHave(world, [b]);
    await world.crash(a);
    await world.clock.advance(30_000);
    gets(c);
    await allHave(world, [c]);
    await savesWhole(world, c, bytes);
  });

  it('goes on with another who has it, when the sender goes in the middle', async () => {
    const world = newWorld(3);
    const [a, b, c] = await threeInRoom(world);
    const bytes = bytesOf(6 * mib);
    await sends(world, a, [b, c], bytes);
    gets(b);
    await allHave(world, [b]);
    gets(c);
    await until(world, () => have(c) > mib);
    await world.crash(a);
    await allHave(world, [c]);
    await savesWhole(world, c, bytes);
  });

  it('waits when nobody is left who has it', async () => {
    const world = newWorld(4);
    const [a, b] = await twoInRoom(world);
    await sends(world, a, [b], bytesOf(6 * mib));
    gets(b);
    await until(world, () => have(b) > mib);
    await world.crash(a);
    await world.clock.advance(40_000);
    expect(fileOf(b).file.progress.is).toBe('waiting');
    expect(have(b)).toBeGreaterThan(mib);
  });

  it('goes on where it was when the page of who gets it is loaded again, and is there after another', async () => {
    const world = newWorld(5);
    const [a, b] = await twoInRoom(world);
    const { code } = a.room.invitation;
    const bytes = bytesOf(8 * mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await until(world, () => have(b) > 3 * mib);
    const before = have(b);
    const again = await reloads(world, b, code);
    await until(world, () => have(again) > 0 || progressOf(again) === 'here');
    expect(have(again), 'of what was there less than a block is lost').toBeGreaterThan(before - 2 * 262_128);
    await allHave(world, [again]);
    await savesWhole(world, again, bytes);
    // What is here is read from the device, and given to others, also without the sender.
    await world.crash(a);
    const third = await reloads(world, again, code);
    await allHave(world, [third]);
    expect(fileOf(third).file.preview).not.toBeNull();
    await savesWhole(world, third, bytes);
  });

  it('can be had again by its sender whose page was loaded again', async () => {
    const world = newWorld(6);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await allHave(world, [b]);
    const again = await reloads(world, a, b.room.invitation.code);
    await until(world, () => fileOf(again).file.size > 0);
    expect(fileOf(again).file).toMatchObject({ mine: true, progress: { is: 'failed', why: { is: 'changed' } } });
    gets(again);
    await allHave(world, [again]);
    await savesWhole(world, again, bytes);
  });

  it('is not given any more when it is not what it was', async () => {
    const world = newWorld(7);
    const [a, b] = await twoInRoom(world);
    const file = await sends(world, a, [b], bytesOf(2 * mib));
    file.changed = true;
    gets(b);
    await until(world, () => progressOf(a) === 'failed');
    expect(fileOf(a).file.progress).toMatchObject({ why: { is: 'changed' } });
    await world.clock.advance(10_000);
    expect(fileOf(b).file).toMatchObject({ progress: { is: 'waiting', have: 0 }, faulty: [] });
  });
});

describe('what a person does with one', () => {
  it('pauses it, and goes on', async () => {
    const world = newWorld(10);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(6 * mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await until(world, () => have(b) > mib);
    verbs(b).pauseFile(fileOf(b).id);
    await world.clock.advance(2000);
    const before = have(b);
    await world.clock.advance(5000);
    expect([progressOf(b), have(b)]).toEqual(['paused', before]);
    gets(b);
    await allHave(world, [b]);
    await savesWhole(world, b, bytes);
  });

  it('declines it, which its sender sees; and wants it after all', async () => {
    const world = newWorld(11);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(6 * mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await until(world, () => have(b) > mib);
    verbs(b).declineFile(fileOf(b).id);
    await world.clock.advance(1000);
    expect(progressOf(b)).toBe('declined');
    expect(await world.diskOf(b).pieces.heads()).toEqual(new Map());
    expect(fileOf(a).file.others).toMatchObject([{ member: memberOf(a, b).id, is: 'declined' }]);
    const again = await reloads(world, b, a.room.invitation.code);
    await until(world, () => progressOf(again) === 'declined');
    gets(again);
    await allHave(world, [again]);
    await savesWhole(world, again, bytes);
    await world.clock.advance(1000);
    expect(fileOf(a).file.others).toMatchObject([{ is: 'has' }]);
  });

  it('forgets it, and has it again', async () => {
    const world = newWorld(12);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(2 * mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await allHave(world, [b]);
    verbs(b).forgetFile(fileOf(b).id);
    await world.clock.advance(1000);
    expect(fileOf(b).file).toMatchObject({ progress: { is: 'offered' }, preview: null });
    expect(await world.diskOf(b).pieces.heads()).toEqual(new Map());
    gets(b);
    await allHave(world, [b]);
    await savesWhole(world, b, bytes);
  });

  it('forgets it with its room, also when that is closed', async () => {
    const world = newWorld(16);
    const [a, b] = await twoInRoom(world);
    const { id } = b.room;
    await sends(world, a, [b], bytesOf(mib));
    gets(b);
    await allHave(world, [b]);
    b.session.leave();
    await world.clock.advance(2000);
    expect((await world.diskOf(b).pieces.heads()).size).toBe(1);
    b.session.rooms.forgetRoom(id);
    await world.clock.advance(2000);
    expect(await world.diskOf(b).pieces.heads()).toEqual(new Map());
  });

  it('[F1] takes it back: others forget what they have', async () => {
    const world = newWorld(13);
    const [a, b] = await twoInRoom(world);
    await sends(world, a, [b], bytesOf(2 * mib));
    gets(b);
    await allHave(world, [b]);
    verbs(a).unsay(fileOf(a).id);
    await until(world, () => filesOf(b).length === 0);
    await world.clock.advance(1000);
    expect(await world.diskOf(b).pieces.heads()).toEqual(new Map());
    await allTalk(world, [a, b], 'on');
  });

  it('lets small pictures come by themselves', async () => {
    const world = newWorld(14);
    const [a, b] = await twoInRoom(world);
    expect(b.room.pictures).toBe(false);
    verbs(b).showPictures(true);
    await until(world, () => b.room.pictures);
    await sends(world, a, [b], bytesOf(mib / 2), 'cat.png');
    await allHave(world, [b]);
    expect(fileOf(b).file).toMatchObject({ sort: 'picture' });
    expect(fileOf(b).file.preview).toMatch(/^blob:image\/png/u);
    await sends(world, a, [b], bytesOf(2 * mib, 3), 'large.png');
    await world.clock.advance(5000);
    expect(progressOf(b)).toBe('offered');
    await sends(world, a, [b], bytesOf(1000, 5), 'script.svg');
    await world.clock.advance(5000);
    expect(progressOf(b)).toBe('offered');
  });

  it('sends folders, and empty files', async () => {
    const world = newWorld(15);
    const [a, b] = await twoInRoom(world);
    const one = new MemoryFile(world.clock, bytesOf(300_000), 'one.txt');
    const empty = new MemoryFile(world.clock, new Uint8Array(), 'run.exe');
    verbs(a).sendFiles({ files: [{ path: ['things', 'in', 'one.txt'], file: one }, { path: ['things', 'run.exe'], file: empty }] }, '');
    await until(world, () => filesOf(b).length === 1 && fileOf(b).file.size === 300_000);
    expect(fileOf(b).file).toMatchObject({ name: 'things', sort: 'folder', entries: [{ sort: 'document' }, { sort: 'program', size: 0 }] });
    gets(b);
    await allHave(world, [b]);
    await savesWhole(world, b, bytesOf(300_000), 'things/in/one.txt');
    expect(world.diskOf(b).saved.get('things/run.exe')).toEqual(new Uint8Array());
    await sends(world, b, [a], new Uint8Array(), 'nothing.txt').catch(() => undefined);
    gets(a);
    await allHave(world, [a]);
  });
});

describe('what goes wrong', () => {
  it('is no room for it: nothing is asked for, and it says how much is needed', async () => {
    const world = newWorld(20);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(2 * mib);
    await sends(world, a, [b], bytes);
    world.diskOf(b).room = mib;
    gets(b);
    await until(world, () => progressOf(b) === 'failed');
    expect(fileOf(b).file.progress).toEqual({ is: 'failed', have: 0, why: { is: 'no_space', needs: bytes.length } });
    world.diskOf(b).room = Infinity;
    gets(b);
    await allHave(world, [b]);
  });

  it('is a disk that is full in the middle: what is there stays, and it goes on later', async () => {
    const world = newWorld(21);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(6 * mib);
    await sends(world, a, [b], bytes);
    gets(b);
    await until(world, () => have(b) > 2 * mib);
    world.diskOf(b).full = true;
    await until(world, () => progressOf(b) === 'failed');
    await world.clock.advance(5000);
    expect(fileOf(b).file.progress).toMatchObject({ is: 'failed', why: { is: 'no_space' } });
    expect(have(b)).toBeGreaterThan(2 * mib);
    world.diskOf(b).full = false;
    gets(b);
    await allHave(world, [b]);
    await savesWhole(world, b, bytes);
  });

  it('is a neighbour who sends other bytes: it is named, and the rest comes from others', async () => {
    const world = newWorld(22);
    const people = await threeInRoom(world);
    const [a, b, c] = people;
    const bytes = bytesOf(4 * mib);
    // Until each is linked to each.
    await world.clock.advance(10_000);
    await sends(world, a, [b, c], bytes);
    gets(b);
    await allHave(world, [b]);
    const from = new Set(world.connectionsOf(b).map(({ id }) => id));
    world.ether.alterBlock = (frame, sender) => {
      if (frame[0] !== 3 || !from.has(sender)) return frame;
      const other = frame.slice();
      other[20] = (other[20] as number) ^ 1;
      return other;
    };
    gets(c);
    await allHave(world, [c]);
    expect(fileOf(c).file.faulty).toEqual([memberOf(c, b).id]);
    await savesWhole(world, c, bytes);
    await allTalk(world, people, 'on');
  });

  it('is a line that carries what is no frame: nothing comes of it', async () => {
    const world = newWorld(23);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(mib);
    await sends(world, a, [b], bytes);
    gets(b);
    for (const one of world.connectionsOf(a)) {
      for (const junk of [[], [9], [3, 0, 0], [1, 2, 3], Array.from({ length: 37 }, () => 2)]) one.inject(new Uint8Array(junk));
    }
    await allHave(world, [b]);
    await savesWhole(world, b, bytes);
  });

  it('is a page that goes while it comes, in a room that is not kept: a reload goes on', async () => {
    const world = newWorld(24);
    const [a, b] = await twoInRoom(world);
    const bytes = bytesOf(6 * mib);
    verbs(b).keep(false);
    await sends(world, a, [b], bytes);
    gets(b);
    await until(world, () => have(b) > 2 * mib);
    const again = await reloads(world, b, a.room.invitation.code);
    await allHave(world, [again]);
    await savesWhole(world, again, bytes);
  });

  it('[E11] does not hold up what is said', async () => {
    const world = newWorld(25);
    const people = await twoInRoom(world);
    const [a, b] = people;
    await sends(world, a, [b], bytesOf(8 * mib));
    const said = texts(b).length;
    gets(b);
    await until(world, () => have(b) > mib);
    says(a, 'meanwhile');
    await allRead(world, people, said + 1, 500);
    expect(progressOf(b)).toBe('running');
    await allHave(world, [b]);
    await allHere(world, people);
  });
});
