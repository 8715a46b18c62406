import type { RoomMember } from '../../../session/room-model';
import type { RoomWords } from '../../words/english-room';
import type { Company } from '../scene';

/** Who is writing, in one line; empty if nobody is. Who is hidden here is not told of. */
export function typingLine(members: readonly RoomMember[], { names, hidden }: Company, words: RoomWords): string {
  const writing = members.filter(({ id, typing, self }) => typing && !self && !hidden.has(id));
  const [one, two] = writing.map(({ id }) => names.get(id) ?? words.names.somebody);
  if (one === undefined) return '';
  if (two === undefined) return words.typing.one(one);
  return writing.length === 2 ? words.typing.two(one, two) : words.typing.many;
}
