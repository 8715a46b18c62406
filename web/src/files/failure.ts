/** Why a file cannot be read, kept or written; what screens say of it is in `session/file-model.ts`. */
import type { FileTrouble } from '../session/file-model';

export class FileFailure extends Error {
  override readonly name = 'FileFailure';

  constructor(readonly why: FileTrouble, cause?: unknown) {
    super(`files: ${why.is}`, { cause });
  }
}

/** What a browser's storage fails with. @param needs - the bytes that were to be written. */
export function storageFailure(cause: unknown, needs: number): FileFailure {
  if (cause instanceof FileFailure) return cause;
  return new FileFailure(nameOf(cause) === 'QuotaExceededError' ? { is: 'no_space', needs } : { is: 'storage' }, cause);
}

/** The name of an exception; '' if it has none. */
export function nameOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : '';
}
