/** What the files of rooms need of the device. */
import type { Digesting } from '../../../files/sent';
import type { ToSave } from '../../../files/saving';
import type { FileStorage } from '../../../files/storage';

export type FilesTools = {
  readonly storage: FileStorage;
  readonly digesting: Digesting;
  /**
   * Asks whether there is room for so many bytes. @param asked - by the person: the browser is asked to keep what comes.
   * @throws FileFailure (no_space).
   */
  readonly space: (bytes: number, asked: boolean) => Promise<void>;
  /** Puts files where the person wants them, while a click is handled. @returns false: nowhere. @throws FileFailure. */
  readonly save: (files: ToSave) => Promise<boolean>;
  /** An address by which the page shows a file, until it is forgotten. */
  readonly address: (file: Blob) => string;
  readonly forgetAddress: (address: string) => void;
};
