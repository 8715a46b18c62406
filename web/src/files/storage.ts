/** Where files that come are kept until the person has put them somewhere, and after. */
import type { Bytes } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import type { Bits } from './bits';
import type { FileSet } from './set';

/** What a device keeps of files. It is shared by all tabs of a browser; a set is open in one of them at a time. */
export type FileStorage = {
  /** The most bytes that all sets may have together. */
  readonly limit: number;
  /** The sets of which something is kept. */
  sets(): Promise<readonly BlockId[]>;
  /** The blocks that the manifest of a set is in; null if they are not kept. Their digests are not checked. */
  head(root: BlockId): Promise<readonly Bytes[] | null>;
  /** Begins to keep a set, or goes on. @throws FileFailure: no_space, storage. */
  open(set: FileSet): Promise<Sink>;
  /** Forgets all of a set that is not open. What is not there is no failure. */
  forget(root: BlockId): Promise<void>;
};

/** Takes the content of one set. Indexes are the set's. All but `written` fails with FileFailure. */
export type Sink = {
  /** What is there; blocks of the manifest always are. It grows with each write; only the sink changes it. */
  readonly written: Bits;
  /**
   * Writes what a block holds ({@link FileSet.open}); it is there after a reload, and after the machine went out, or is
   * missed then. Fails with no_space or storage, and may be tried again.
   * @param content - handed over: the caller uses it no more.
   */
  write(index: number, content: Bytes): Promise<void>;
  /** What a block holds; null if it was not written. */
  read(index: number): Promise<Bytes | null>;
  /** When all is written: nothing of it is lost after that, whatever happens to the machine, and other tabs may open it. */
  finish(): Promise<void>;
  /**
   * A file, when all has been finished, now or before. It is read from the disk when somebody reads it, and has no type: what the sender
   * says must not decide what a browser does with it.
   */
  file(entry: number): Promise<File>;
  /** Lets go of it: another tab may open it. Twice is once. */
  close(): Promise<void>;
  /** Lets go of it, and forgets all of it. */
  discard(): Promise<void>;
};
