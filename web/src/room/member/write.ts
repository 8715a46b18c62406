/** What this member says. */
import type { Bytes } from '../../protocol/base64url';
import type { EventId } from '../../protocol/ids';
import { NotLetIn } from '../history/writer';
import { NotIn } from './config';
import { flush, type State } from './state';
import { follow, show } from './take';

/**
 * Makes an event of this member, takes it, and tells it to others. What they do not take at once, since it is too much (SPEC
 * E14), they ask for. @throws NotIn; ParseError. Then nothing was said.
 */
export async function write(s: State, kind: number, body: Bytes): Promise<EventId> {
  const { room } = s;
  if (s.over || room === null) throw new NotIn();
  const { event, change } = await s.writer.append(room.history, kind, body, s.now).catch((error: unknown) => {
    throw error instanceof NotLetIn ? new NotIn() : error;
  });
  const { id, author } = event;
  s.receipts.typed = -Infinity;
  show(s, room, change);
  flush(s);
  follow(s, room, change);
  s.perform(s.node.broadcast({ id, author, presence: null }));
  return id;
}
