/** What a name lets expect, and what is shown of it (SPEC F4: what the sender believes decides nothing about safety). */
import type { FileSort } from '../../file-model';

/** What a browser shows by itself, with no script in it; the type is ours, whatever the sender says. */
const shown: Readonly<Record<string, string>> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', bmp: 'image/bmp',
  mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', ogg: 'audio/ogg', oga: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav',
  flac: 'audio/flac', mp4: 'video/mp4', m4v: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime', ogv: 'video/ogg',
};

const endings: Readonly<Record<Exclude<FileSort, 'folder' | 'other'>, string>> = {
  picture: 'heic heif tif tiff ico svg',
  sound: 'mid midi wma aif aiff amr',
  film: 'avi mkv mpg mpeg wmv 3gp',
  document: 'pdf txt md rtf doc docx odt xls xlsx ods csv ppt pptx odp epub tex json xml',
  archive: 'zip 7z rar tar gz tgz bz2 xz zst',
  program:
    'exe msi msix bat cmd com scr pif ps1 psm1 vbs vbe js jse mjs wsf wsh hta cpl dll jar apk aab ipa app dmg pkg deb rpm ' +
    'appimage snap flatpak run sh bash zsh fish csh command tool workflow action scpt py pyw pl rb php lnk url desktop reg inf ' +
    'html htm xhtml shtml mht mhtml xht docm xlsm pptm dotm iso img vhd vhdx gadget application settingcontent-ms chm xll',
};

const sorts = new Map<string, FileSort>([
  ...Object.entries(shown).map(([ending, type]) => [ending, sortOfType(type)] as const),
  ...Object.entries(endings).flatMap(([sort, all]) => all.split(' ').map((ending) => [ending, sort as FileSort] as const)),
]);

export function sortOf(name: string): FileSort {
  return sorts.get(endingOf(name)) ?? 'other';
}

/** The type by which a file is shown; null: it is not. */
export function shownAs(name: string): string | null {
  return shown[endingOf(name)] ?? null;
}

function endingOf(name: string): string {
  // What some systems drop at the end of a name hides no ending.
  const plain = name.replace(/[. ]+$/u, '').toLowerCase();
  const dot = plain.lastIndexOf('.');
  return dot < 0 ? '' : plain.slice(dot + 1);
}

function sortOfType(type: string): FileSort {
  if (type.startsWith('image/')) return 'picture';
  return type.startsWith('audio/') ? 'sound' : 'film';
}
