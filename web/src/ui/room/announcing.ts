import type { EventId } from '../../protocol/ids';
import type { RoomEntries, RoomMember, RoomState } from '../../session/room-model';
import { READ_OUT_CHARACTERS, READ_OUT_MAX, shorten } from '../talk/announcing';
import type { RoomWords } from '../words/english-room';
import { titleOf } from './files/telling';
import { plainWords } from './markdown/tree';
import type { Company } from './scene';

/**
 * What a screen reader says about texts that came, or null. The person's own are not read back, nor what is hidden here.
 *
 * @param after - the last entry that was there before; null: there was none.
 */
export function textNews(entries: RoomEntries, after: EventId | null, company: Company, words: RoomWords): string | null {
  const known = after === null ? -1 : entries.indexOf(after);
  if (after !== null && known < 0) return null;
  const said: string[] = [];
  let count = 0;
  for (let i = known + 1; i < entries.length; i++) {
    const entry = entries.at(i);
    if (entry.kind !== 'text' || entry.is !== 'here') continue;
    if (entry.author === company.self || company.hidden.has(entry.author)) continue;
    count++;
    if (count > READ_OUT_MAX) continue;
    const who = company.names.get(entry.author) ?? words.names.somebody;
    // A long text is not read to its end to be cut.
    const text = shorten(plainWords(entry.text.slice(0, READ_OUT_CHARACTERS * 2)));
    said.push(entry.file === null ? words.says.text(who, text) : words.says.file(who, titleOf(entry.file, words.files), text));
  }
  if (count === 0) return null;
  return count > READ_OUT_MAX ? words.says.many(count) : said.join('\n');
}

/** What of a room is told when it changes, beside what is said. */
export type Around = Pick<RoomState, 'members' | 'line' | 'waits' | 'tampered'>;

/** What it says about who came and left and about the line, or null. */
export function peopleNews(before: Around, after: Around, company: Company, words: RoomWords): string | null {
  const { says, names } = words;
  if (after.tampered && !before.tampered) return words.tampered.text;
  if (before.waits !== after.waits) return waitsNews(after.waits, words);
  if (before.line !== after.line && after.line === 'looking') return says.looking;
  const found = before.line === 'looking' && after.line === 'here' ? [says.found] : [];
  const was = new Map(before.members.map((member) => [member.id, member.presence]));
  const turned = (to: RoomMember['presence']) =>
    after.members
      .filter((member) => !member.self && member.presence === to && (was.get(member.id) ?? 'away') !== to)
      .map(({ id }) => company.names.get(id) ?? names.somebody);
  const told = [
    ...found,
    ...some(turned('here'), says.came, says.cameMany),
    ...some(turned('away'), says.left, says.leftMany),
    ...turned('removed').map((name) => says.removed(name)),
  ];
  return told.length === 0 ? null : told.join('\n');
}

/** What is waited for; that it is over. */
export function waitsNews(waits: RoomState['waits'], { waits: words, says }: RoomWords): string {
  if (waits === null) return says.opened;
  return waits === 'for anyone' ? words.anyone : words.others;
}

/** Each by name, or if they are many their number. */
function some(who: readonly string[], one: (name: string) => string, many: (n: number) => string): readonly string[] {
  return who.length > READ_OUT_MAX ? [many(who.length)] : who.map((name) => one(name));
}
