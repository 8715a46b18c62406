/** What this member says. */
import type { Bytes } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import { maxAtOnce, maxPerSecond } from '../history/pace';
import { NotLetIn } from '../history/writer';
import { spend } from '../overlay/bucket';
import { NotIn } from './config';
import { flush, soon, type State } from './state';
import { follow, show } from './take';

/** At a pace that others take (SPEC E14), and somewhat below: who sends much more is dropped (O9). */
export const says = { atOnce: maxAtOnce - 50, perSecond: maxPerSecond - 2 };
const sayAgainMs = 50;
/** How much waits to be told. What is beyond is left to the comparing. */
const maxOutbox = 500;

/** Makes an event of this member, takes it, and tells it to others. @throws NotIn; ParseError. Then nothing was said. */
export async function write(s: State, kind: number, body: Bytes): Promise<EventId> {
  const { room } = s;
  if (s.over || room === null) throw new NotIn();
  const { event, change } = await s.writer.append(room.history, kind, body, s.now).catch((error: unknown) => {
    throw error instanceof NotLetIn ? new NotIn() : error;
  });
  s.receipts.typed = -Infinity;
  show(s, room, change);
  flush(s);
  follow(s, room, change);
  if (s.outbox.ids.length < maxOutbox) s.outbox.ids.push(event.id);
  tell(s);
  return event.id;
}

/** Tells others what was said here. */
export function tell(s: State): void {
  s.due.say = Infinity;
  const { outbox } = s;
  for (let id = outbox.ids[0]; id !== undefined; id = outbox.ids[0]) {
    if (!spend(outbox.allowance, 1, s.now)) return soon(s, 'say', sayAgainMs);
    outbox.ids.shift();
    s.perform(s.node.broadcast({ id, author: s.self, presence: null }));
  }
}
