/** What rooms of many are made of on this device. */
import type { IdentityKey } from '../../protocol/ids';
import type { Archive } from '../../room/archive/archive';
import type { People } from '../people';
import type { Notes } from '../ports';
import type { FilesPart } from './files/part';

/** Where the name is kept that a person wants to be called by. */
export const nameNote = 'parley.name';

/** Where it is kept what a person wants of the files of rooms. */
export const filesNote = 'parley.files';

export type RoomParts = {
  readonly archive: Archive;
  readonly notes: Notes;
  readonly people: People;
  /** What files are made of: asked for when there is the first one. @throws Failure `function_unavailable`. */
  readonly files: () => Promise<FilesPart>;
  /** Something can be kept. */
  readonly keepable: boolean;
  /** What is said is kept, unless the person says otherwise. */
  readonly keeps: boolean;
  /** 60 digits to compare with a device (H8). */
  safetyNumber(peer: IdentityKey): Promise<string>;
};
