/** The files of a room, as they are shown. */
import type { BlockId } from '../../protocol/ids';
import type { RoomFile } from '../file-model';

/** A file of which nothing is known yet. */
export function unknownFile(root: BlockId, mine: boolean): RoomFile {
  return {
    root, mine, name: '', sort: 'other', size: 0, entries: [], progress: { is: 'unknown' }, others: [], faulty: [], preview: null,
  };
}
