import { expect, it } from 'vitest';
import { encodeBase64url } from '../../protocol/base64url';
import { signEvent, type Event, type EventDraft } from '../../protocol/event';
import { eventKinds, splitEvent } from '../../protocol/event-header';
import { encodeAdmission } from '../../protocol/event-member';
import { encodeSaid } from '../../protocol/event-text';
import { newChainId, type Digest, type EventId, type IdentityKey, type Key } from '../../protocol/ids';
import { signPresence } from '../../protocol/presence';
import { newRoomCode } from '../../protocol/room-code';
import type { RoomFrame } from '../../protocol/room-frame';
import { Resident } from './testing/resident';
import { come, expectSame, roomOf, settle, talk, textsSeenBy } from './testing/room';

/** A room of five, the last of whom means harm, and the other four, who find that nothing was lost or came twice. */
async function withVillain(seed: number): Promise<{ villain: Resident; honest: [Resident, ...Resident[]]; all: readonly Resident[] }> {
  const all = await roomOf(seed, 5);
  const [one, ...others] = all;
  const villain = others.pop();
  if (villain === undefined) throw new Error('missing');
  return { villain, honest: [one, ...others], all };
}

async function expectUnharmed(honest: readonly [Resident, ...Resident[]]): Promise<void> {
  const before = textsSeenBy(honest[0]).length;
  await talk(honest, 2, 100);
  await settle(honest);
  expectSame(honest);
  expect(textsSeenBy(honest[0])).toHaveLength(before + 2 * honest.length);
  for (const { member } of honest) {
    for (const other of honest) if (other.id !== member.self) expect(member.neighbours()).toContain(other.id);
  }
}

const said = encodeSaid({ text: 'of the villain', reply: null });

/** An event of somebody, as they could sign it, with what is to be wrong. */
async function eventBy(author: Resident, wrong: Partial<EventDraft> = {}, body = said): Promise<Event> {
  const history = author.member.history;
  const place = history?.place(author.id, author.member.chain(), () => newChainId((length) => author.world.bytes(length)));
  if (history == null || place == null) throw new Error('not in');
  const draft = { ...place, kind: eventKinds.text, time: author.world.now, ...wrong };
  return signEvent(draft, body, history.root, author.signer);
}

const gossip = (bytes: Event['bytes']): RoomFrame => ({ t: 'gossip', hops: 1, of: 'event', bytes });

it('who passes on what is not signed well is dropped by name', async () => {
  const { villain, honest } = await withVillain(70);
  const [one] = honest;
  const { bytes } = await eventBy(villain);
  villain.inject(one, gossip(bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte))));
  await one.world.pass(2000);
  expect(one.faults).toMatchObject([{ member: villain.id, kind: 'forged' }]);
  expect(one.member.neighbours()).not.toContain(villain.id);
  await expectUnharmed(honest);
});

it('who signs what is against the rules is named by everybody', async () => {
  const { villain, honest } = await withVillain(71);
  const { bytes } = await eventBy(villain, { lamport: 1000 });
  for (const one of honest) villain.inject(one, gossip(bytes));
  await honest[0].world.pass(2000);
  for (const { faults } of honest) expect(faults).toContainEqual(expect.objectContaining({ member: villain.id, kind: 'misplaced', rule: 'E5' }));
  await expectUnharmed(honest);
});

it('who says two things in one place is named, and both are taken', async () => {
  const { villain, honest } = await withVillain(72);
  await villain.say('once');
  await villain.world.pass(2000);
  const one = await eventBy(villain);
  const other = await eventBy(villain, { time: 1 });
  villain.inject(honest[0], gossip(one.bytes));
  villain.inject(honest[1] ?? honest[0], gossip(other.bytes));
  await settle(honest);
  await honest[0].world.pass(35_000);
  expectSame(honest);
  for (const { faults } of honest) expect(faults).toContainEqual(expect.objectContaining({ member: villain.id, kind: 'forked' }));
});

it('who floods is dropped', async () => {
  const { villain, honest } = await withVillain(73);
  for (let i = 0; i < 5000; i++) villain.inject(honest[0], { t: 'typing' });
  await honest[0].world.pass(2000);
  expect(honest[0].faults).toMatchObject([{ member: villain.id, kind: 'flooded' }]);
  await expectUnharmed(honest);
});

it('codes that fit no removal move nobody', async () => {
  const { villain, honest } = await withVillain(74);
  for (let epoch = 1; epoch < 30; epoch++) {
    const code = newRoomCode((length) => villain.world.bytes(length));
    for (const one of honest) villain.inject(one, { t: 'epoch', epoch, code });
  }
  await honest[0].world.pass(2000);
  for (const { member } of honest) expect(member.epoch).toBe(0);
  await honest[0].give(async (member) => (await member.remove(villain.id)).actions);
  await honest[0].world.pass(5000);
  for (const { member } of honest) expect(member.code).toBe(honest[0].member.code);
  await expectUnharmed(honest);
});

it('summaries of what is nowhere bring nobody to a stop', async () => {
  const { villain, honest } = await withVillain(75);
  const random = (length: number) => encodeBase64url(villain.world.bytes(length));
  for (let i = 0; i < 40; i++) {
    const chains = Array.from({ length: 100 }, () => ({
      author: villain.id, chain: newChainId((length) => villain.world.bytes(length)), digest: random(32) as Digest,
      tips: [{ n: 5, id: random(32) as EventId }],
    }));
    for (const one of honest) villain.inject(one, { t: 'summary', chains, more: i < 39 });
    for (const one of honest) villain.inject(one, { t: 'have', digest: random(32) as Digest });
  }
  await honest[0].world.pass(10_000);
  await expectUnharmed(honest);
});

it('of who is no member nothing is known until they are let in', async () => {
  const { villain, honest } = await withVillain(76);
  const { root } = villain.member;
  const stranger = await Resident.begin(villain.world, { code: newRoomCode((length) => villain.world.bytes(length)) });
  if (root === null) throw new Error('missing');
  const presence = { member: stranger.id, key: encodeBase64url(villain.world.bytes(32)) as Key, counter: 1, stay: 'here' as const };
  const { raw } = await signPresence(presence, root, stranger.signer);
  for (const one of honest) villain.inject(one, { t: 'gossip', hops: 1, of: 'presence', bytes: raw });
  await honest[0].world.pass(5000);
  for (const { member } of honest) {
    expect(member.people().map(({ id }) => id)).not.toContain(stranger.id);
    expect(member.key(stranger.id)).toBe(null);
  }
  expect(honest.flatMap(({ faults }) => faults)).toEqual([]);
  const body = encodeAdmission({ member: stranger.id, name: 'now let in' });
  const { bytes } = await eventBy(villain, { kind: eventKinds.admission }, body);
  for (const one of honest) villain.inject(one, gossip(bytes));
  await honest[0].world.pass(1000);
  for (const { member } of honest) {
    expect(member.people()).toContainEqual(expect.objectContaining({ id: stranger.id, in: true, here: true }));
  }
  await expectUnharmed(honest);
});

it('[R4] who says the root and is no member is given stubs, and sent away', async () => {
  const { honest } = await withVillain(77);
  const [one] = honest;
  await talk(honest, 1);
  const told: RoomFrame[] = [];
  const stranger = await come(one);
  // It says that it knows the room, so that nobody lets it in.
  const { root } = one.member;
  const { hello } = stranger.member;
  Object.assign(stranger.member, { hello: () => ({ ...hello(), root }) });
  one.world.meddle = (_from, to, frame) => {
    if (to === stranger.id) told.push(frame);
    return frame;
  };
  await one.world.pass(40_000);
  expect(stranger.ended).toBe('room_locked');
  expect(JSON.stringify(textsSeenBy(stranger))).not.toContain('0: 0');
  expect(told.some(({ t }) => t === 'epoch')).toBe(false);
  expect(one.member.people().map(({ id }): IdentityKey => id)).not.toContain(stranger.id);
});

it('[R8] who was removed and stays on its links is heard no more', async () => {
  const { villain, honest } = await withVillain(78);
  const [one] = honest;
  await one.give(async (member) => (await member.remove(villain.id)).actions);
  const { bytes } = await eventBy(villain);
  for (const each of honest) villain.inject(each, gossip(bytes));
  await one.world.pass(10_000);
  for (const each of honest) expect(textsSeenBy(each)).not.toContain('of the villain');
  await expectUnharmed(honest);
});

it('[R6] parents that do not come are asked for', async () => {
  const all = await roomOf(79, 3);
  const [one, other] = all;
  if (other === undefined) throw new Error('missing');
  let isLost = true;
  const asked: string[] = [];
  one.world.meddle = (from, to, frame) => {
    if (from === one) asked.push(frame.t);
    const isHidden = to === one.id && (frame.t === 'ihave' || (isLost && frame.t === 'gossip'));
    return isHidden ? { t: 'typing' } : frame;
  };
  await other.say('lost');
  await one.world.pass(1000);
  isLost = false;
  await other.say('here');
  await one.world.pass(1500);
  expect(asked).toContain('want');
  expect(textsSeenBy(one)).toEqual(['lost', 'here']);
});

it('[R6] bodies that did not come are asked for over the next link', async () => {
  const all = await roomOf(80, 3);
  const [one, other, late] = all;
  if (other === undefined || late === undefined) throw new Error('missing');
  one.world.meddle = (_from, to, frame) => {
    if (to !== late.id || frame.t !== 'gossip' || frame.of !== 'event') return frame;
    const { header, signature } = splitEvent(frame.bytes);
    return { ...frame, bytes: Uint8Array.from([...header, ...signature]) };
  };
  await one.say('with a body');
  await one.world.pass(2000);
  expect(textsSeenBy(late)).toEqual(['gone']);
  await late.breakLink(other.id);
  await one.world.pass(60_000);
  expect(textsSeenBy(late)).toEqual(['with a body']);
});
