import type { FileSort } from '../../session/file-model';
import { isolated } from '../room/naming';
import { count } from './english-later';

/** A name among other words. */
const _ = isolated;

const sorts: Readonly<Record<FileSort, string>> = {
  picture: 'Picture',
  sound: 'Sound',
  film: 'Film',
  document: 'Document',
  archive: 'Archive',
  program: 'Program',
  folder: 'Folder',
  other: 'File',
};

const people = (n: number) => count(n, '# person', '# people');

/** The words of files in rooms; a part of the room's. Sizes, speeds and times come written. */
export const englishFiles = {
  sorts,
  /** What is not called anything. */
  one: 'A file',
  several: (n: number) => count(n, '# file', '# files'),

  unknown: 'What it is comes as soon as somebody who has it is here.',
  get: 'Get it',
  decline: 'No, thanks',
  pause: 'Pause',
  goOn: 'Go on',
  cancel: 'Cancel',
  save: 'Save',
  saveAgain: 'Save again',
  forget: 'Forget it here',
  getAfterAll: 'Get it after all',
  again: 'Try again',

  progress: 'How far it has come',
  of: (have: string, size: string) => `${have} of ${size}`,
  left: (time: string) => `${time} left`,
  from: (n: number) => `from ${people(n)}`,
  starting: 'Asking for it',
  waiting: 'Waiting for somebody who has the rest. It goes on by itself.',
  waitingFirst: 'Waiting for somebody who has it. It begins by itself.',
  paused: (percent: string) => `Paused at ${percent}`,
  here: 'Checked, all of it',
  hereSaved: 'Checked, all of it. Saved',
  declined: 'You did not want it.',
  declinedAbout: 'Nothing of it is on this device.',

  trouble: {
    no_space: (needs: string) =>
      `This device has no room for the ${needs} that it needs. Delete something, then try again; what has come stays.`,
    storage:
      'This browser does not let Parley keep files. Allow this page to store data, or open it outside of a private window, then try again.',
    changed: 'It was changed or deleted on this device, so the others cannot get the rest. Send it again as it is now.',
    changedHere: 'What was on this device is not there any more, or was changed. Get it again.',
    broken: (who: string) => `What ${_(who)} sent about it is against the rules, so Parley does not take it. Ask for it once more.`,
    brokenMine: 'The others cannot take it as it was sent. Send it again.',
  },

  program: (who: string) => `Opening this runs a program. Only do it if you trust ${_(who)}.`,
  programs: (who: string) => `There are programs in it. Only open them if you trust ${_(who)}.`,
  faulty: (who: string) => `${_(who)} sent something for it that is not in it. Parley threw that away and asks others.`,
  faultyMany: (names: string) => `${names} sent something for it that is not in it. Parley threw that away and asks others.`,

  list: (n: number) => count(n, 'The file in it', 'All # files'),
  listMore: (n: number) => count(n, 'and # more', 'and # more'),
  preview: (name: string) => `Preview of ${_(name)}`,

  mine: {
    nobody: 'Nobody has it yet. It goes to whoever wants it while you are here.',
    has: (names: string, n: number) => `${names} ${n === 1 ? 'has' : 'have'} all of it, checked`,
    gets: (who: string) => `How much ${_(who)} has`,
    more: (n: number) => count(n, '# more gets it', '# more get it'),
    declined: (names: string, n: number) => `${names} ${n === 1 ? 'does' : 'do'} not want it`,
    people,
  },

  sure: {
    cancel: {
      title: 'Cancel it?',
      text: (have: string) => `The ${have} that have come are deleted from this device. To go on later, pause it.`,
      yes: 'Cancel it',
      no: 'Keep it',
    },
    forget: {
      title: 'Forget it without saving?',
      text: 'You have not saved it. It is deleted from this device; you can get it again while somebody who has it is here.',
      yes: 'Forget it',
      no: 'Keep it',
    },
  },

  attach: {
    open: 'Attach files',
    files: 'Files',
    folder: 'A folder',
    drop: 'Drop it here to attach it',
    dropText: 'Nothing goes out before you press Send.',
    ready: 'To be sent',
    remove: (name: string) => `Leave ${_(name)} out`,
    removeAll: 'Leave all out',
    total: (files: number, size: string) => `${count(files, '# file', '# files')}, ${size}`,
    reading: (name: string, percent: string) => `Reading ${_(name)}, ${percent}`,
    readingAbout: 'Reading it, then it goes out',
    stop: (name: string) => `Stop ${_(name)}`,
    dismiss: 'Put this away',
    tooMany: (n: number) => `More than ${count(n, '#', '#')} files at once are too many. Send them in parts, or as one archive.`,
    tooDeep: 'There are folders in more than 30 folders in it. Send it as an archive.',
    nothing: 'There is no file in it.',
    unreadable: 'This browser could not read it. Choose it again.',
    trouble: {
      no_space: (needs: string) => `To send it takes ${needs} on this device, and there is no room for them.`,
      storage: 'This browser does not let Parley read it. Choose it again.',
      changed: 'It changed while it was read. Choose it again.',
      broken: 'It cannot be sent: a name in it is not allowed.',
    },
  },

  pictures: 'Small pictures come by themselves',
  picturesText: 'Pictures of up to 1 MB are shown without asking, in this room. When off, you choose each.',

  says: {
    offered: (who: string, what: string) => `${who} offers ${what}`,
    here: (what: string) => `${what} is here, all of it checked`,
    failed: (what: string, why: string) => `${what} did not go on. ${why}`,
    has: (who: string, what: string) => `${who} has ${what}`,
  },
};

/** The form of it; a language that lacks a word does not compile. */
export type FileWords = typeof englishFiles;
