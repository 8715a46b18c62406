/** The room's codes, from one removal to the next (SPEC R8). */
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64url, encodeBase64url } from '../../protocol/base64url';
import { bodyOf } from '../../protocol/event';
import { parseRemoval, type Removal } from '../../protocol/event-member';
import type { Digest, EventId } from '../../protocol/ids';
import { newRoomCode, type RoomCode } from '../../protocol/room-code';
import type { RoomOwnFrame } from '../../protocol/room-frame';
import { encodeUtf8 } from '../../protocol/utf8';
import { moveDoor } from './doors';
import { act, isFounder, isMember, send, type Epochs, type Link, type Peer, type Room, type State } from './state';

/** How many codes are kept that fit no removal yet. */
const maxCandidates = 8;

const label = encodeUtf8('parley/v1/epoch');

export function newEpochs(code: RoomCode): Epochs {
  return { now: 0, code, past: [], candidates: [code] };
}

/** Whether a code was the room's before. */
export function isOld({ code, past }: Epochs, other: RoomCode | null): boolean {
  return other !== null && other !== code && past.includes(other);
}

/** Binds a removal to the code that comes with it. */
function commitmentTo(root: EventId, epoch: number, code: RoomCode): Digest {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(epoch));
  const secret = decodeBase64url(code).subarray(1); // behind the version
  const sum = sha256.create().update(label).update(decodeBase64url(root)).update(number).update(secret);
  return encodeBase64url(sum.digest()) as Digest;
}

/** What the removals that count are bound to, by epoch: of one epoch the last. */
function commitments({ history }: Room): Map<number, Digest> {
  const all = new Map<number, Digest>();
  for (const id of history.removals()) {
    const event = history.event(id);
    const body = event === null ? null : bodyOf(event);
    if (body === null) continue;
    const { epoch, commitment } = parseRemoval(body); // it counts, so it was read before
    all.set(epoch, commitment);
  }
  return all;
}

/** Makes the body of a removal, with a new code for all others. */
export function newRemoval(s: State, room: Room, member: Peer): Removal {
  const code = newRoomCode(s.config.random);
  const epoch = Math.max(s.epochs.now, ...commitments(room).keys()) + 1;
  s.epochs.candidates.push(code);
  const commitment = commitmentTo(room.history.root, epoch, code);
  return { member, last: room.history.chainEnds(member), epoch, commitment };
}

/** Takes a code from a neighbour. */
export function takeEpoch(s: State, link: Link, { epoch, code }: Extract<RoomOwnFrame, { readonly t: 'epoch' }>): void {
  const { epochs } = s;
  if (s.room === null || epoch <= epochs.now || epochs.candidates.includes(code)) return;
  epochs.candidates = [...epochs.candidates, code].slice(-maxCandidates);
  checkEpochs(s);
  if (epochs.now === epoch && epochs.code === code) link.epoch = epoch; // it knows
}

/** Goes where the removals say, as far as the codes are known. */
export function checkEpochs(s: State): void {
  if (s.room === null || s.over) return;
  const { epochs } = s;
  const { root } = s.room.history;
  for (const [epoch, commitment] of [...commitments(s.room)].toSorted(([a], [b]) => a - b)) {
    if (epoch < epochs.now || epoch === 0) continue;
    const isNews = (code: RoomCode) => epoch > epochs.now || code !== epochs.code;
    const code = epochs.candidates.find((one) => commitmentTo(root, epoch, one) === commitment && isNews(one));
    if (code !== undefined) move(s, epoch, code);
  }
}

/** Is at another code from now on. */
function move(s: State, epoch: number, code: RoomCode): void {
  const { epochs } = s;
  const before = epochs.code;
  epochs.now = epoch;
  epochs.code = code;
  epochs.candidates = epochs.candidates.filter((one) => one !== code);
  epochs.past = epochs.past.filter((one) => one !== code);
  act(s, { do: 'moved', epoch, code });
  if (before !== code) {
    epochs.past.push(before);
    if (isFounder(s)) act(s, { do: 'createRoom', code });
    moveDoor(s, before);
  }
  for (const link of s.links) {
    link.epoch = 0;
    tellEpoch(s, link);
  }
}

/** Tells a neighbour the room's code, once: only who is a member. */
export function tellEpoch(s: State, link: Link): void {
  const { now: epoch, code } = s.epochs;
  if (epoch <= link.epoch || !isMember(s, link.peer) || !link.joined) return;
  link.epoch = epoch;
  send(s, link, { t: 'epoch', epoch, code });
}
