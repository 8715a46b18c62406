/** Who of the members of a room calls whom (SPEC K4). */
import type { Uid } from '../protocol/ids';
import { encodeUtf8 } from '../protocol/utf8';
import type { Member } from '../signaling/documents';

/** K4: earlier by the server's time, at equal times by uid. */
export function comesBefore(a: Member, b: Member): boolean {
  if (a.joinedAt !== b.joinedAt) return a.joinedAt < b.joinedAt;
  return isGreater(b.uid, a.uid);
}

/** Compares by bytes, as K4 says; JavaScript's own order is by UTF-16 code units. */
export function isGreater(a: Uid, b: Uid): boolean {
  const [left, right] = [encodeUtf8(a), encodeUtf8(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return left.length > right.length;
}
