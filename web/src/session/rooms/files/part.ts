/** What the files of rooms are made of: it comes when there is the first one. */
import type { RoomFiles } from './room-files';
import type { FilesTools } from './tools';
import type { Wishes } from './wishes';

export type FilesPart = { readonly RoomFiles: typeof RoomFiles; readonly tools: FilesTools; readonly wishes: Wishes };
