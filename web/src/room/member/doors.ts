/** Who of a room is a door (SPEC R2), and for how long at the codes of before (R10). */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeBase64url } from '../../protocol/base64url';
import type { RoomCode } from '../../protocol/room-code';
import { encodeUtf8 } from '../../protocol/utf8';
import { act, type Peer, type State } from './state';

/** How many doors a room has, and how long it may have fewer or more. */
const leastDoors = 2;
const mostDoors = 3;
const doorsMs = 5000;
/** How long the room's document at an old code may last (D3), and how many are kept open. */
const oldDoorMs = 24 * 3_600_000;
const maxOldDoors = 4;

const doorLabel = encodeUtf8('parley/v1/door');

/** Opens a door, and tells all. */
export function becomeDoor(s: State): void {
  if (s.doors.open) return;
  s.doors.open = true;
  act(s, { do: 'openDoor', code: s.epochs.code });
  s.perform(s.node.setDoor(true));
  s.gathered.people = true;
}

/** Is no door any more; those at old codes stay. */
function closeDoor(s: State): void {
  s.doors.open = false;
  act(s, { do: 'closeDoor', code: s.epochs.code });
  s.perform(s.node.setDoor(false));
  s.gathered.people = true;
}

/** Closes all of them, before this member goes. */
export function closeDoors(s: State): void {
  if (s.doors.open) act(s, { do: 'closeDoor', code: s.epochs.code });
  for (const { code } of s.doors.old) act(s, { do: 'closeDoor', code });
  Object.assign(s.doors, { open: false, few: null, many: null, old: [] });
}

/** Becomes a door, or stops being one, as R2 says. Who has no link and knows nobody enters anew, and R3 says when it is one. */
export function checkDoors(s: State): void {
  closeOldDoors(s);
  const { doors } = s;
  const isAlone = s.links.length === 0 && s.stays.here.size === 0;
  if (isAlone || !s.in || !s.synced) {
    Object.assign(doors, { few: null, many: null });
    return;
  }
  const { are, others } = doorsHere(s);
  doors.few = are.length < leastDoors ? (doors.few ?? s.now) : null;
  doors.many = are.length > mostDoors ? (doors.many ?? s.now) : null;
  const hasLasted = (since: number | null) => since !== null && s.now - since >= doorsMs;
  if (hasLasted(doors.few) && !doors.open && byTurn(s, others)[0] === s.self) {
    doors.few = null;
    becomeDoor(s);
  }
  if (hasLasted(doors.many) && doors.open && byTurn(s, are).at(-1) === s.self) {
    doors.many = null;
    closeDoor(s);
  }
}

function closeOldDoors(s: State): void {
  for (let oldest = s.doors.old[0]; oldest !== undefined; oldest = s.doors.old[0]) {
    if (s.now < oldest.until && s.doors.old.length <= maxOldDoors) return;
    act(s, { do: 'closeDoor', code: oldest.code });
    s.doors.old.shift();
  }
}

/** The members here that are doors, and those that are none, this one among them. */
function doorsHere(s: State): { readonly are: Peer[]; readonly others: Peer[] } {
  const are = s.doors.open ? [s.self] : [];
  const others = s.doors.open ? [] : [s.self];
  for (const [peer, { stay }] of s.stays.here) (stay === 'door' ? are : others).push(peer);
  return { are, others };
}

/** Members in the order in which they become doors. */
function byTurn({ root }: State, peers: readonly Peer[]): Peer[] {
  const room = decodeBase64url(root ?? '');
  const turns = peers.map((peer) => {
    const turn = sha256.create().update(doorLabel).update(room).update(decodeBase64url(peer)).digest();
    return { peer, turn: bytesToHex(turn) };
  });
  return turns.toSorted((a, b) => (a.turn < b.turn ? -1 : 1)).map(({ peer }) => peer);
}

/**
 * Opens this door at the room's new code. The founder, door or not, and the first other door are at the old one too, for
 * members who were away (R10).
 */
export function moveDoor(s: State, from: RoomCode): void {
  const { open, old } = s.doors;
  const founder = s.room?.history.founder;
  const others = doorsHere(s).are.filter((peer) => peer !== founder);
  const stays = s.self === founder || (open && byTurn(s, others)[0] === s.self);
  if (stays) old.push({ code: from, until: s.now + oldDoorMs });
  if (open) act(s, { do: 'openDoor', code: s.epochs.code });
  else if (stays) act(s, { do: 'openDoor', code: from });
  if (open && !stays) act(s, { do: 'closeDoor', code: from });
}
