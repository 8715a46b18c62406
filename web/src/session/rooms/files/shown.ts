/** What is shown of a set. */
import type { Progress } from '../../../blocks/progress';
import { pieceBytes, sizeOf } from '../../../files/manifest';
import type { FileSet } from '../../../files/set';
import type { FileEntry, FileProgress, FileSort, RoomFile } from '../../file-model';
import type { RoomSet } from './room-set';
import { sortOf } from './sorts';

/** What does not change of a set whose manifest is here. */
export type SetFace = Pick<RoomFile, 'name' | 'sort' | 'size' | 'entries'>;

export function faceOf({ manifest }: FileSet): SetFace {
  const entries = manifest.entries.map(({ path, size }): FileEntry => ({ path, size, sort: sortOf(path.at(-1) ?? '') }));
  const size = sizeOf(manifest);
  const [first, ...others] = entries;
  if (first === undefined) return { name: '', sort: 'other', size, entries };
  const [name = ''] = first.path;
  if (others.length === 0 && first.path.length === 1) return { name, sort: first.sort, size, entries };
  const inOne = entries.every(({ path }) => path.length > 1 && path[0] === name);
  const sorts = new Set(entries.map(({ sort }) => sort));
  const sort: FileSort = inOne ? 'folder' : sorts.size === 1 ? first.sort : 'other';
  return { name: inOne ? name : '', sort, size, entries };
}

/** What is shown of a set now. @param face - null while the manifest is not here. */
export function shownOf(one: RoomSet, face: SetFace | null, progress: Progress): RoomFile {
  const head = one.set?.head.length ?? 1;
  const bytes = (blocks: number) => Math.min(face?.size ?? 0, Math.max(0, blocks - head) * pieceBytes);
  return {
    root: one.root,
    ...(face ?? { name: '', sort: 'other', size: 0, entries: [] }),
    mine: one.mine,
    progress: progressOf(one, face, progress, bytes(progress.have)),
    others: progress.neighbours.flatMap(({ peer, all, declined, wants, has }) => {
      if (!all && !declined && has <= head && !(wants && face !== null)) return [];
      return [{ member: peer, is: all ? 'has' : declined ? 'declined' : 'gets', have: bytes(has) } as const];
    }),
    faulty: [...one.faulty],
    preview: one.here ? one.preview : null,
  };
}

function progressOf(one: RoomSet, face: SetFace | null, progress: Progress, have: number): FileProgress {
  if (one.here) return { is: 'here', saved: one.wish.saved };
  if (one.trouble !== null) return { is: 'failed', have, why: one.trouble };
  if (one.wish.is === 'declined') return { is: 'declined' };
  if (one.wish.is === 'paused') return { is: 'paused', have };
  if (one.wish.is === 'wanted') return running(face, progress, have);
  // Mine, and the page was loaded anew: it can be had again from who has it.
  if (one.mine && face !== null) return { is: 'failed', have, why: { is: 'changed' } };
  return { is: face === null ? 'unknown' : 'offered' };
}

function running(face: SetFace | null, { have: blocks, rate, neighbours }: Progress, have: number): FileProgress {
  const givers = neighbours.filter((one) => !one.declined && !one.blamed && one.has > 0);
  const more = givers.some((one) => one.all || one.has > blocks);
  if (face === null || (!more && rate === 0)) return { is: 'waiting', have };
  const left = rate === 0 ? null : (face.size - have) / rate;
  return { is: 'running', have, perSecond: rate, left, from: Math.max(1, givers.length) };
}
