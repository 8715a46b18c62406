/**
 * Well-formed documents of SPEC sections 3 and 10, one builder each. A test takes one and changes the single
 * thing that it is about.
 */
import { randomBytes } from 'node:crypto';
import { Bytes, type DocumentData, serverTimestamp, Timestamp } from 'firebase/firestore';

/** The three people of these tests: the two peers, and one who is neither. */
export const CALLER = 'ann';
export const CALLEE = 'ben';
export const STRANGER = 'zoe';

/** [L2] The sizes of a sealed offer or answer, and of a batch. */
export const SIZES = [512, 1_024, 2_048, 4_096, 8_192, 16_384];
export const BATCH_SIZES = SIZES.filter((size) => size <= 4_096);

/** [P1][L4] How a payload begins: the version, and the suite of pair rooms or of link rooms. */
export const PAIR = [1, 2];
export const MESH = [1, 1];

/** What no rule allows a payload to be, and why; `head` is how it has to begin. */
export const badPayloads = (head: readonly number[], sizes: readonly number[]): (readonly [string, unknown])[] => [
  ...sizes.flatMap((size) => [size - 1, size + 1]).map((size) => [`[L2] of ${size} bytes`, payload(head, size)] as const),
  ['[L2] twice as large as the largest', payload(head, (sizes.at(-1) ?? 0) * 2)],
  ['[P1] without a byte', payload(head, 0)],
  ['[P1] of version 0, which was plain', payload([0, ...head.slice(1)])],
  ['[P1] of version 2', payload([2, ...head.slice(1)])],
  ['[P1] of version 16', payload([16, ...head.slice(1)])],
  ['[L4] of suite 0', payload([1, 0])],
  ['[L4] of suite 3', payload([1, 3])],
  ['[L4] of the other suite', payload(head === PAIR ? MESH : PAIR)],
  ['[P1] as text', '01'.repeat(256)],
];

/** [V2] A fresh room or link id. */
export const newId = (): string => randomBytes(20).toString('base64url');

/** [N1] A slot that no other test of this run has. */
export const newSlot = (): string => String(nextSlot++);
let nextSlot = 10_000;

/** [V4] A key, or other bytes of a fixed size. */
export const key = (size = 32, of = 7): Bytes => Bytes.fromUint8Array(new Uint8Array(size).fill(of));

/** [P1] A payload of `size` bytes, its head among them. */
export function payload(head: readonly number[], size = 512): Bytes {
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(head.slice(0, size));
  return Bytes.fromUint8Array(bytes);
}

/** A time that many minutes from now; negative: ago. */
export const inMinutes = (minutes: number): Timestamp => Timestamp.fromMillis(Date.now() + minutes * 60_000);

/** [D2] A pair room as the function leaves it. */
export const pairRoom = (change: DocumentData = {}): DocumentData => ({
  kind: 'pair',
  state: 'paired',
  caller: CALLER,
  callee: CALLEE,
  callerKey: key(),
  calleeKey: key(),
  createdAt: inMinutes(0),
  expireAt: inMinutes(15),
  ...change,
});

/** [D3] A mesh room as its first member creates it. */
export const meshRoom = (change: DocumentData = {}): DocumentData => ({
  kind: 'mesh',
  state: 'waiting',
  owner: CALLEE,
  createdAt: serverTimestamp(),
  expireAt: inMinutes(23 * 60),
  ...change,
});

/** [D4] */
export const member = (change: DocumentData = {}): DocumentData => ({
  key: key(),
  joinedAt: serverTimestamp(),
  expireAt: inMinutes(23 * 60),
  ...change,
});

/** [D5] A link of a mesh room as its caller creates it. */
export const link = (change: DocumentData = {}): DocumentData => ({
  caller: CALLER,
  callee: CALLEE,
  callerKey: key(),
  calleeKey: key(),
  offer: payload(MESH),
  state: 'paired',
  createdAt: serverTimestamp(),
  expireAt: inMinutes(55),
  ...change,
});

/** [D8] */
export const batch = (head: readonly number[], change: DocumentData = {}): DocumentData => ({
  batch: payload(head),
  expireAt: inMinutes(55),
  ...change,
});

/** [N2] A code as its creator makes it. */
export const code = (change: DocumentData = {}): DocumentData => ({
  creator: CALLEE,
  codeId: newId(),
  nonce: key(16),
  createdAt: serverTimestamp(),
  expireAt: inMinutes(9),
  ...change,
});

/** The document but for one field. */
export function without(document: DocumentData, field: string): DocumentData {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));
}
