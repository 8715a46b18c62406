/** Rooms of many in the real browser: a chunk of its own, and another one for who enters one. */
import { Failure } from '../protocol/failures';
import type { RandomBytes, RoomId } from '../protocol/ids';
import { openBrowserArchive } from './browser-archive';
import { browserNotes } from './browser-notes';
import type { FilesPart } from './rooms/files/part';
import type { Room } from './rooms/room';
import { Rooms } from './rooms/rooms';
import type { Scope } from './scope';

/** @throws Failure `browser_too_old`. */
export async function roomsInBrowser(subtle: SubtleCrypto | null, random: RandomBytes, changed: () => void): Promise<Rooms> {
  if (subtle === null) throw new Failure('browser_too_old');
  const { archive, keepable } = await openBrowserArchive(subtle, random);
  const rooms = new Rooms({ subtle, archive, keepable, notes: browserNotes, load, files, alone }, changed);
  await rooms.load();
  return rooms;
}

function load(): Promise<{ readonly Room: typeof Room }> {
  return import('./rooms/room').catch((cause: unknown) => {
    throw new Failure('function_unavailable', { cause });
  });
}

let coming: Promise<FilesPart> | null = null;

/** What could not be loaded is asked for again the next time. */
function files(): Promise<FilesPart> {
  coming ??= import('./browser-files').then((part) => part.filesInBrowser()).catch((cause: unknown) => {
    coming = null;
    throw new Failure('function_unavailable', { cause });
  });
  return coming;
}

/** The lock goes to who asked last; browsers without locks have one page, or members that know how to part. */
async function alone(scope: Scope, room: RoomId, lost: () => void): Promise<void> {
  if (!('locks' in navigator)) return;
  await new Promise<void>((taken) => {
    navigator.locks
      .request(`parley.room.${room}`, { steal: true }, () => {
        taken();
        return new Promise<void>((left) => void scope.defer(() => left()));
      })
      .catch(lost);
  });
}
