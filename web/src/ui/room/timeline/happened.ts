import type { RoomEntry, RoomSettings } from '../../../session/room-model';
import type { RoomWords } from '../../words/english-room';
import { tidyName } from '../naming';
import type { Company } from '../scene';

/** A line of a room that nobody said: somebody came, was removed, changed the settings. */
export type Happening = Exclude<RoomEntry, { kind: 'text' }>;

/** What the line says: one sentence, or one for each setting that changed. Empty if nothing did. */
export function happened(entry: Happening, company: Company, words: RoomWords): readonly string[] {
  const { line } = words;
  const who = (id: RoomEntry['author']) => company.names.get(id) ?? words.names.somebody;
  switch (entry.kind) {
    case 'begun':
      return [line.begun(who(entry.author))];
    case 'came':
      return [entry.member === company.self ? line.youCame : line.came(who(entry.member))];
    case 'renamed': {
      const name = tidyName(entry.name);
      if (name === '') return [line.uncalled(who(entry.member))];
      return [entry.member === company.self ? line.youAreCalled(name) : line.called(name)];
    }
    case 'removed':
      return [line.removed(who(entry.author), who(entry.member))];
    case 'settings':
      return changes(entry.before, entry.settings, (name, value) => say(line.changed, name, who(entry.author), value));
  }
}

const order = ['name', 'topic', 'invite', 'locked', 'history', 'keepSeconds'] as const satisfies (keyof RoomSettings)[];

function changes(
  before: RoomSettings,
  after: RoomSettings,
  sentence: <Name extends keyof RoomSettings>(name: Name, value: RoomSettings[Name]) => string,
): readonly string[] {
  return order.filter((name) => before[name] !== after[name]).map((name) => sentence(name, after[name]));
}

function say<Name extends keyof RoomSettings>(
  changed: RoomWords['line']['changed'],
  name: Name,
  who: string,
  value: RoomSettings[Name],
): string {
  return changed[name](who, typeof value === 'string' ? (tidyName(value) as typeof value) : value);
}
