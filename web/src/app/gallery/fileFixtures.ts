import type { BlockId, EventId } from '../../protocol/ids';
import type { FileDraft, FileEntry, FileProgress, FileSort, FileTrouble, RoomFile } from '../../session/file-model';
import type { RoomEntry } from '../../session/room-model';
import type { Fixture } from './fixtures';
import { press, seen } from './hands';
import { pictureOf, soundOf } from './previews';
import { entriesOf, people, roomOf, text } from './roomTalks';

type Fixtures = Readonly<Record<string, Fixture>>;

const KB = 1000;
const MB = 1000 * KB;
const GB = 1000 * MB;
const card = '[role=log] [data-file=true] p';

function file(name: string, sort: FileSort, size: number, progress: FileProgress, more: Partial<RoomFile> = {}): RoomFile {
  const entries = [{ path: [name], size, sort }];
  const root = name as BlockId;
  return { root, name, sort, size, entries, mine: false, progress, others: [], faulty: [], preview: null, ...more };
}

const unknown: FileProgress = { is: 'unknown' };
const offered: FileProgress = { is: 'offered' };
const here = (saved: boolean): FileProgress => ({ is: 'here', saved });
const running = (have: number, left: number | null, from: number): FileProgress => ({
  is: 'running',
  have,
  perSecond: left === null ? 0 : 3_400_000,
  left,
  from,
});
const failed = (why: FileTrouble, have = 0): FileProgress => ({ is: 'failed', have, why });

const inFolder = (...path: string[]) => (size: number, sort: FileSort): FileEntry => ({ path: ['Planting plan', ...path], size, sort });
const folder: readonly FileEntry[] = [
  inFolder('Read me first.txt')(2.1 * KB, 'document'),
  inFolder('Photos', '2026', 'Before.jpg')(2.4 * MB, 'picture'),
  inFolder('Photos', '2026', 'After the storm, seen from the kitchen.jpg')(3.1 * MB, 'picture'),
  inFolder('خطة الغرس.pdf')(640 * KB, 'document'),
  inFolder('Tools', 'install.exe')(18 * MB, 'program'),
];
const several: readonly FileEntry[] = ['One', 'Two', 'Three'].map((name) => ({ path: [`${name}.jpg`], size: 2 * MB, sort: 'picture' }));

/** Every state of a file in a room, some at a time; the newest at the bottom. */
export function fileFixtures(now: number): Fixtures {
  const { ana, me, noor, jun, guest } = people;
  const said = (author: typeof ana, ago: number, one: RoomFile, words = '') => text(now, author, ago, words, { file: one });
  const shows = (list: readonly RoomEntry[], more: Partial<Fixture> = {}): Fixture => ({ state: roomOf(now, list), until: card, ...more });
  const own = (name: string, more: Partial<RoomFile>) => file(name, 'film', 1.2 * GB, here(false), { mine: true, ...more });
  const long = `${'The minutes of the meeting about the hedge '.repeat(5)}final (2) corrected.docx`;
  return {
    'files-offered': shows([
      said(ana, 31, file('', 'other', 0, unknown)),
      said(jun, 22, file('Ladder.jpg', 'picture', 2.4 * MB, offered), 'Is this the **long** one?'),
      said(noor, 11, file(long, 'document', 312, offered)),
    ]),
    'files-many': shows(
      [
        said(jun, 22, file('', 'other', 6 * MB, offered, { entries: several })),
        said(ana, 3, file('Planting plan', 'folder', 24.2 * MB, offered, { entries: folder }), 'All that we have'),
      ],
      { act: () => press('li:last-child summary'), until: 'details[open] li' },
    ),
    'files-program': shows([
      said(ana, 9, file('install.exe', 'program', 18 * MB, offered)),
      said(jun, 3, file('holiday.jpg.scr', 'program', 1.8 * MB, here(false))),
    ]),
    'files-running': shows([
      said(ana, 31, file('Orchard.mp4', 'film', 1.2 * GB, running(0, null, 0))),
      said(ana, 30, file('Orchard, long.mp4', 'film', 4.7 * GB, running(1.9 * GB, 823, 3))),
      said(jun, 12, file('Pears.zip', 'archive', 80 * MB, running(79.9 * MB, 1, 1))),
    ]),
    'files-paused': shows([
      said(ana, 30, file('Orchard.mp4', 'film', 1.2 * GB, { is: 'paused', have: 504 * MB })),
      said(jun, 12, file('Pears.zip', 'archive', 80 * MB, { is: 'waiting', have: 61 * MB })),
      said(jun, 12, file('More pears.zip', 'archive', 80 * MB, { is: 'waiting', have: 0 })),
    ]),
    'files-here': shows([
      said(noor, 12, file('صوت الريح.wav', 'sound', 88 * KB, here(false), { preview: soundOf() })),
      said(jun, 8, file('Evening.jpg', 'picture', 640 * KB, here(true), { preview: pictureOf(640, 400) }), 'From the kitchen window'),
    ]),
    'files-tall': shows([
      said(me, 9, file('Pear.png', 'picture', 88 * KB, here(false), { mine: true, preview: pictureOf(300, 1400) })),
      said(jun, 8, file('Icon.svg', 'picture', 2 * KB, here(false), { preview: pictureOf(64, 64) })),
    ]),
    'files-failed': shows([
      said(ana, 30, file('Orchard.mp4', 'film', 40 * GB, failed({ is: 'no_space', needs: 31.4 * GB }, 8.6 * GB))),
      said(jun, 12, file('Pears.zip', 'archive', 80 * MB, failed({ is: 'storage' }))),
      said(guest, 12, file('A list', 'folder', 0, failed({ is: 'broken' }), { entries: [] })),
    ]),
    'files-faulty': shows([
      said(ana, 30, file('Orchard.mp4', 'film', 1.2 * GB, running(504 * MB, 205, 1), { faulty: [noor] })),
      said(jun, 20, file('Pears.zip', 'archive', 80 * MB, { is: 'declined' })),
      said(jun, 12, file('Evening.jpg', 'picture', 6 * MB, failed({ is: 'changed' }))),
    ]),
    'files-own': shows([
      said(me, 31, own('Nobody yet.mp4', {})),
      said(me, 20, own('Orchard.mp4', {
        others: [
          { member: ana, is: 'has', have: 1.2 * GB },
          { member: jun, is: 'gets', have: 504 * MB },
          { member: noor, is: 'gets', have: 1.1 * GB },
          { member: guest, is: 'declined', have: 0 },
        ],
      }), 'The whole afternoon'),
      said(me, 12, own('Changed.mp4', { progress: failed({ is: 'changed' }), others: [{ member: jun, is: 'gets', have: 504 * MB }] })),
    ]),
    'files-arrives': arrives(now),
    ...writing(now),
  };
}

/** One comes a little further, and one is here. */
function arrives(now: number): Fixture {
  const at = (jpg: FileProgress, zip: FileProgress) => [
    text(now, people.jun, 12, '', { id: 'jpg' as EventId, file: file('Ladder.jpg', 'picture', 2.4 * MB, jpg) }),
    text(now, people.ana, 11, '', { id: 'zip' as EventId, file: file('Pears.zip', 'archive', 80 * MB, zip) }),
  ];
  const state = roomOf(now, at(running(2 * MB, 1, 1), running(61 * MB, 9, 2)));
  return { state, becomes: { entries: entriesOf(at(here(false), running(62 * MB, 8, 2))) }, until: card };
}

const draft = (id: string, name: string, done: number, trouble: FileTrouble | null = null): FileDraft => ({
  id,
  name,
  size: 1.2 * GB,
  done: done * GB,
  trouble,
});

/** Where files are chosen. */
function writing(now: number): Fixtures {
  const talk = [text(now, people.jun, 4, 'Has anybody a picture of the ladder?'), text(now, people.me, 1, 'Yes, wait')];
  const offer = text(now, people.ana, 3, '', {
    id: 'running' as EventId,
    file: file('Orchard.mp4', 'film', 1.2 * GB, running(504 * MB, 205, 2)),
  });
  const state = roomOf(now, talk);
  // There the choice of files opens at once, which no script can do.
  const finger = matchMedia('(pointer: coarse)').matches;
  const drafts = [
    draft('a', 'Orchard.mp4', 0.5),
    draft('b', 'Planting plan', 0.1, { is: 'changed' }),
    draft('c', 'Pears.zip', 0, { is: 'no_space', needs: 3.4 * GB }),
  ];
  return {
    'files-picked': { state, act: pick, until: 'form ul li' },
    'files-drafts': { state: { ...state, drafts }, until: '[role=progressbar]' },
    'files-attach': { state, act: () => press('form button[aria-keyshortcuts]'), until: finger ? 'form' : '[role=menu]' },
    'files-drop': { state, act: drag, until: 'main svg ~ p + p' },
    'files-cancel': {
      state: roomOf(now, [...talk, offer]),
      act: () => press('#said-running button:last-of-type'),
      until: '[role=alertdialog]',
    },
  };
}

/** Files held by a hand, which no script can take from a disk. */
function held(...names: readonly string[]): DataTransfer {
  const data = new DataTransfer();
  for (const [place, name] of names.entries()) data.items.add(new File(['x'.repeat(312 * 40 ** place)], name));
  return data;
}

async function pick(): Promise<void> {
  const field = await seen('form input[type=file]');
  if (!(field instanceof HTMLInputElement)) return;
  field.files = held('Ladder.jpg', 'A much longer name of a text about ladders and who may climb them.txt', 'سلم.pdf').files;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

async function drag(): Promise<void> {
  await seen('form input[type=file]');
  document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer: held('Ladder.jpg') }));
}
