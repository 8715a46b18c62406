import { AppWindow, Clapperboard, File, FileArchive, FileText, Files, Folder, Image, Music, type LucideIcon } from 'lucide-react';
import type { FileSort } from '../../../session/file-model';

const icons: Readonly<Record<FileSort | 'several', LucideIcon>> = {
  picture: Image,
  sound: Music,
  film: Clapperboard,
  document: FileText,
  archive: FileArchive,
  program: AppWindow,
  folder: Folder,
  other: File,
  several: Files,
};

/** The sign of what a file is; its sort is also said in words. */
export function FileIcon({ sort, size = 20 }: { readonly sort: FileSort | 'several'; readonly size?: number }) {
  const One = icons[sort];
  return <One size={size} aria-hidden="true" />;
}
