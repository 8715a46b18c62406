import type { EventId } from '../../protocol/ids';
import type { FileProgress, FileVerbs, RoomFile } from '../../session/file-model';
import type { RoomState } from '../../session/room-model';

/** Files of a room that this page alone keeps: a press shows what would be shown next, and nothing is read or written. */
export function createFixtureFiles(
  get: () => RoomState | null,
  set: (change: Partial<RoomState>) => void,
  change: (id: EventId, next: (file: RoomFile) => RoomFile) => void,
): FileVerbs {
  const turn = (id: EventId, next: (have: number) => FileProgress) =>
    change(id, (file) => ({ ...file, progress: next('have' in file.progress ? file.progress.have : 0) }));
  return {
    sendFiles({ files }) {
      const drafts = get()?.drafts ?? [];
      const size = files.reduce((sum, { file }) => sum + file.size, 0);
      const name = files[0]?.path[0] ?? '';
      set({ drafts: [...drafts, { id: `d${drafts.length}`, name, size, done: size / 3, trouble: null }] });
    },
    dropDraft: (id) => set({ drafts: (get()?.drafts ?? []).filter((draft) => draft.id !== id) }),
    getFile: (id) => turn(id, (have) => ({ is: 'running', have, perSecond: 3_400_000, left: 95, from: 2 })),
    pauseFile: (id) => turn(id, (have) => ({ is: 'paused', have })),
    declineFile: (id) => turn(id, () => ({ is: 'declined' })),
    saveFile: (id) => turn(id, () => ({ is: 'here', saved: true })),
    forgetFile: (id) => turn(id, () => ({ is: 'offered' })),
    showPictures: (pictures) => set({ pictures }),
  };
}
