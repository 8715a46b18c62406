import type { EventId } from '../../../protocol/ids';
import type { RoomEntries } from '../../../session/room-model';
import { READ_OUT_MAX } from '../../talk/announcing';
import type { FileFormats } from '../../words/file-formats';
import type { RoomWords } from '../../words/english-room';
import type { Company } from '../scene';
import { titleOf, troubleOf } from './telling';

/** So far back it is looked for files that change; older ones are out of most people's sight. */
const MOST_BACK = 300;

/** How far a file had come, as far as that is told: percents are not. */
type Stage = { readonly is: string; readonly have: ReadonlySet<string> };

/** How far the files near the end of a room have come. */
export type Stages = ReadonlyMap<EventId, Stage>;

/** The stages as they are now. */
export function stagesOf(entries: RoomEntries): Stages {
  const stages = new Map<EventId, Stage>();
  for (let i = Math.max(0, entries.length - MOST_BACK); i < entries.length; i++) {
    const entry = entries.at(i);
    if (entry.kind !== 'text' || entry.file === null) continue;
    const { progress, others } = entry.file;
    stages.set(entry.id, { is: progress.is, have: new Set(others.filter(({ is }) => is === 'has').map(({ member }) => member)) });
  }
  return stages;
}

/**
 * What a screen reader says about files that were there before and have changed, or null: that one can be had, that all of
 * it is here, that it failed, that somebody has an own one.
 */
export function fileNews(
  before: Stages,
  entries: RoomEntries,
  company: Company,
  words: RoomWords,
  formats: FileFormats,
): string | null {
  const { says } = words.files;
  const told: string[] = [];
  const nameOf = (id: Parameters<typeof company.names.get>[0]) => company.names.get(id) ?? words.names.somebody;
  for (const [id, was] of before) {
    const at = entries.indexOf(id);
    const entry = at < 0 ? null : entries.at(at);
    if (entry?.kind !== 'text' || entry.file === null || company.hidden.has(entry.author)) continue;
    const { file } = entry;
    const [what, who] = [titleOf(file, words.files), nameOf(entry.author)];
    if (file.progress.is === 'failed' && was.is !== 'failed')
      told.push(says.failed(what, troubleOf(file.progress.why, file.mine, who, words.files, formats)));
    for (const { member, is } of file.others) {
      if (file.mine && is === 'has' && !was.have.has(member)) told.push(says.has(nameOf(member), what));
    }
    if (file.mine) continue;
    if (file.progress.is === 'offered' && was.is === 'unknown') told.push(says.offered(who, `${what}, ${formats.size(file.size)}`));
    if (file.progress.is === 'here' && was.is !== 'here') told.push(says.here(what));
  }
  return told.length === 0 ? null : told.slice(0, READ_OUT_MAX * 2).join('\n');
}
