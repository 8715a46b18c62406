import type { EventId } from '../../../protocol/ids';
import type { FileVerbs } from '../../../session/file-model';
import type { RoomEntries } from '../../../session/room-model';
import { haveOf, type FileAct } from './telling';

/** What is asked before something is lost. */
export type FileQuestion = 'cancel' | 'forget';

type Verbs = Pick<FileVerbs, 'getFile' | 'pauseFile' | 'declineFile' | 'saveFile' | 'forgetFile'>;

/** Does it, or answers what is to be asked first. */
export function actOnFile(id: EventId, act: FileAct, entries: RoomEntries, verbs: Verbs): FileQuestion | null {
  const at = entries.indexOf(id);
  const entry = at < 0 ? null : entries.at(at);
  const progress = entry?.kind === 'text' ? entry.file?.progress : undefined;
  if (progress === undefined) return null;
  switch (act) {
    case 'get':
    case 'goOn':
    case 'again':
    case 'getAfterAll':
      verbs.getFile(id);
      return null;
    case 'pause':
      verbs.pauseFile(id);
      return null;
    case 'save':
    case 'saveAgain':
      verbs.saveFile(id);
      return null;
    case 'decline':
    case 'cancel':
      if ((haveOf(progress) ?? 0) > 0) return 'cancel';
      verbs.declineFile(id);
      return null;
    case 'forget':
      if (progress.is === 'here' && !progress.saved) return 'forget';
      verbs.forgetFile(id);
      return null;
  }
}
