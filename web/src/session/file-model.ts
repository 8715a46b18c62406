/** What people see and do about the files of a room (SPEC section 16). */
import type { BlockId, EventId, IdentityKey } from '../protocol/ids';

/** What a name and a type let expect; both are what the sender says. `program`: opening it runs something. */
export type FileSort = 'picture' | 'sound' | 'film' | 'document' | 'archive' | 'program' | 'folder' | 'other';

/** Why something did not go on, and what to do is up to the person. */
export type FileTrouble =
  /** There is no room on this device for `needs` bytes. */
  | { readonly is: 'no_space'; readonly needs: number }
  /** The browser does not let the page keep, read or write it. */
  | { readonly is: 'storage' }
  /** Mine: it is not what it was when it was said, or is not there any more. */
  | { readonly is: 'changed' }
  /** What the sender says of it is against the rules. */
  | { readonly is: 'broken' };

/** How far a file, or several said together, have come. Sizes are bytes of content. */
export type FileProgress =
  /** What is said of it is on its way; nothing is known yet. */
  | { readonly is: 'unknown' }
  /** It can be had. */
  | { readonly is: 'offered' }
  /** Blocks come from `from` people. `perSecond` is over the last seconds; `left` in seconds, null while it cannot be told. */
  | { readonly is: 'running'; readonly have: number; readonly perSecond: number; readonly left: number | null; readonly from: number }
  /** Wanted, and nobody who has what is missing is here. */
  | { readonly is: 'waiting'; readonly have: number }
  | { readonly is: 'paused'; readonly have: number }
  /** All of it was checked and is on this device. `saved`: the person has put it somewhere. */
  | { readonly is: 'here'; readonly saved: boolean }
  /** Not wanted. */
  | { readonly is: 'declined' }
  | { readonly is: 'failed'; readonly have: number; readonly why: FileTrouble };

/** One file in what was said. `path` ends with its name. */
export type FileEntry = { readonly path: readonly string[]; readonly size: number; readonly sort: FileSort };

/** A file, or several said together. A new object after each change. */
export type RoomFile = {
  readonly root: BlockId;
  /** Of the file, or of the folder that all are in; empty when several have no name in common, or nothing is known. */
  readonly name: string;
  readonly sort: FileSort;
  /** All together; 0 while nothing is known. */
  readonly size: number;
  /** Empty while nothing is known. */
  readonly entries: readonly FileEntry[];
  readonly mine: boolean;
  readonly progress: FileProgress;
  /** Others who are here and have said something of it. `has`: every block was checked on their side. */
  readonly others: readonly { readonly member: IdentityKey; readonly is: 'has' | 'gets' | 'declined'; readonly have: number }[];
  /** Who has sent something for it that was not in it; their blocks were thrown away, and others are asked. */
  readonly faulty: readonly IdentityKey[];
  /**
   * A `blob:` address to show it by: a single picture, sound or film that is here. Null: none. Never of what could hold a
   * script (SVG, HTML); its type is one of the fixed ones for its sort, not what the sender says.
   */
  readonly preview: string | null;
};

/** Files that are read before they are said. One that was said goes; one in trouble stays until it is dropped. */
export type FileDraft = {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** Bytes that were read. */
  readonly done: number;
  readonly trouble: FileTrouble | null;
};

/** What is to be sent: what a drop, a paste or a choice gave. */
export type FilesToSend = { readonly files: readonly { readonly path: readonly string[]; readonly file: File }[] };

/** Verbs about files, in {@link RoomVerbs}. Where they make no sense nothing happens. */
export type FileVerbs = {
  /** Reads files and says them as one; how far that is tells the room's `drafts`. @param text - said with them; may be empty. */
  sendFiles(what: FilesToSend, text: string, reply?: EventId): void;
  /** Ends the reading; nothing is said. */
  dropDraft(id: string): void;
  /** Wants it, or wants it again. Resolves when the browser was asked for room. */
  getFile(id: EventId): void;
  pauseFile(id: EventId): void;
  /** Not now, and not by itself; what has come of it is forgotten. */
  declineFile(id: EventId): void;
  /** Puts what is here where the person wants it: the browser's downloads, or a place that it asks for. */
  saveFile(id: EventId): void;
  /** Forgets what has come of it on this device. */
  forgetFile(id: EventId): void;
  /** Pictures of at most 1 MiB come by themselves, in this room. */
  showPictures(byThemselves: boolean): void;
};
