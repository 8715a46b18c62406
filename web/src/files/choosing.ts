/** The files in what a person drops, pastes or chooses: folders are walked through. */
import type { FilesToSend } from '../session/file-model';
import { maxEntries } from './manifest';

type Chosen = { readonly path: readonly string[]; readonly file: File };

/** What an `<input type="file">` holds, with `webkitdirectory` or without. */
export function filesOfInput(files: Iterable<File>): FilesToSend {
  return {
    files: Array.from(files, (file) => ({
      path: file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/'), file,
    })),
  };
}

/**
 * What a drop or a paste holds. Called while its event is handled: later a browser shows nothing any more. Of more files
 * than a manifest takes there are one too many. Rejects with a DOMException where a folder cannot be read.
 */
export function filesOfTransfer(transfer: DataTransfer): Promise<FilesToSend> {
  const items = Array.from(transfer.items).filter(({ kind }) => kind === 'file');
  const found = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return walk(found.filter((one) => one !== null));
}

async function walk(found: readonly (FileSystemEntry | File)[]): Promise<FilesToSend> {
  const files: Chosen[] = [];
  for (const one of found) {
    if (one instanceof File) files.push({ path: [one.name], file: one });
    else await walkEntry(one, [], files);
  }
  return { files };
}

async function walkEntry(entry: FileSystemEntry, folder: readonly string[], files: Chosen[]): Promise<void> {
  if (files.length > maxEntries) return;
  const path = [...folder, entry.name];
  if (isFile(entry)) {
    files.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else if (isFolder(entry)) {
    for (const child of await childrenOf(entry)) await walkEntry(child, path, files);
  }
}

/** A browser gives some at a time, and none in the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || children.length > maxEntries) return children;
    children.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
