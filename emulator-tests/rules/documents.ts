/**
 * Well-formed documents of SPEC section 3, one builder each. A test takes one and changes the single
 * thing that it is about.
 */
import { randomBytes } from 'node:crypto';
import { Bytes, type DocumentData, serverTimestamp, Timestamp } from 'firebase/firestore';

/** The three people of these tests: the two peers, and one who is neither. */
export const CALLER = 'ann';
export const CALLEE = 'ben';
export const STRANGER = 'zoe';

/** [P1] The most bytes of an offer or answer, and of a batch. */
export const MAX_DESCRIPTION = 16_384;
export const MAX_BATCH = 4_096;

/** [V2] A fresh room or link id. */
export const newId = (): string => randomBytes(20).toString('base64url');

/** [V4] */
export const key = (size = 32): Bytes => Bytes.fromUint8Array(new Uint8Array(size).fill(7));

/** [P1] A payload of `size` bytes, the version byte among them. */
export function payload(size = 100, version = 0): Bytes {
  const bytes = new Uint8Array(size).fill(0x20);
  if (size > 0) bytes[0] = version;
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
  offer: payload(),
  state: 'paired',
  createdAt: serverTimestamp(),
  expireAt: inMinutes(55),
  ...change,
});

/** [D8] */
export const batch = (change: DocumentData = {}): DocumentData => ({
  batch: payload(),
  expireAt: inMinutes(55),
  ...change,
});

/** The document but for one field. */
export function without(document: DocumentData, field: string): DocumentData {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));
}
