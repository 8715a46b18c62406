/** A room's texts, to be saved as a file. */
import type { RoomSettings } from '../../protocol/event-body';
import type { IdentityKey } from '../../protocol/ids';
import type { RoomEntries, RoomEntry } from '../room-model';

/** All that there is to read, as JSON or as plain text, in the order that all share. */
export function saved(
  entries: RoomEntries, { name, topic }: RoomSettings, names: ReadonlyMap<IdentityKey, string>, form: 'json' | 'text',
): Blob {
  const texts: Extract<RoomEntry, { kind: 'text' }>[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries.at(i);
    if (entry.kind === 'text' && entry.is === 'here') texts.push(entry);
  }
  const nameOf = (id: IdentityKey) => names.get(id) || id.slice(0, 8);
  if (form === 'json') {
    const messages = texts.map((one) => ({
      id: one.id, author: one.author, name: nameOf(one.author), at: timeOf(one.at), text: one.text, edited: one.edited,
      reply: one.reply?.id ?? null, reactions: one.reactions.map(({ emoji, members }) => ({ emoji, members })),
    }));
    return new Blob([JSON.stringify({ room: { name, topic }, messages }, null, 2)], { type: 'application/json' });
  }
  const lines = texts.map((one) => `${timeOf(one.at)}  ${nameOf(one.author)}: ${one.text}`);
  return new Blob([`${[name, topic].filter((one) => one !== '').join('\n')}\n\n${lines.join('\n')}\n`], { type: 'text/plain' });
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
