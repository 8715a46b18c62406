import { describe, expect, it } from 'vitest';
import type { BlockId, EventId, IdentityKey } from '../../../protocol/ids';
import type { FileProgress, RoomFile } from '../../../session/file-model';
import type { RoomEntries, RoomEntry } from '../../../session/room-model';
import { englishRoom } from '../../words/english-room';
import { fileFormatsFor } from '../../words/file-formats';
import { textNews } from '../announcing';
import type { Company } from '../scene';
import { actOnFile } from './actOnFile';
import { fileNews, stagesOf } from './fileNews';
import { chosen, itemsOf, joined, MOST_FILES, PickError, without } from './picking';
import { actsOf, kindOf, paceOf, placeIn, previewOf, shortName, titleOf, warningOf } from './telling';

const words = englishRoom.files;
const formats = fileFormatsFor('en');
const ana = 'ana' as IdentityKey;
const kit = 'kit' as IdentityKey;
const company: Company = { names: new Map([[ana, 'Ana'], [kit, 'You']]), hidden: new Set(), self: kit };

const file = (progress: FileProgress, more: Partial<RoomFile> = {}): RoomFile => ({
  root: 'root' as BlockId,
  name: 'pears.jpg',
  sort: 'picture',
  size: 2_400_000,
  entries: [{ path: ['pears.jpg'], size: 2_400_000, sort: 'picture' }],
  mine: false,
  progress,
  others: [],
  faulty: [],
  preview: null,
  ...more,
});
const offered: FileProgress = { is: 'offered' };
const here: FileProgress = { is: 'here', saved: false };
const running: FileProgress = { is: 'running', have: 1_000_000, perSecond: 3_400_000, left: 95, from: 2 };

function entriesOf(...files: readonly RoomFile[]): RoomEntries {
  const list = files.map((one, i): RoomEntry => ({
    kind: 'text', id: `e${i}` as EventId, author: one.mine ? kit : ana, at: 0, text: '', file: one, is: 'here', edited: false,
    reply: null, reactions: [], delivery: null, ahead: false,
  }));
  const at = (index: number) => list[index] ?? expect.fail(`no entry ${index}`);
  return { length: list.length, at, idAt: (i) => at(i).id, indexOf: (id) => list.findIndex((entry) => entry.id === id) };
}

describe('sizes and times of files', () => {
  it('are written by thousands, with a digit where it tells something', () => {
    const sizes = [0, 1, 312, 999, 1000, 499_600, 999_600, 3_440_000, 120_000_000, 999_600_000, 1.2e9, 2e15].map(formats.size);
    expect(sizes).toEqual([
      '0 bytes', '1 byte', '312 bytes', '999 bytes', '1 kB', '500 kB', '1 MB', '3.4 MB', '120 MB', '1 GB', '1.2 GB', '2 PB',
    ]);
    expect(formats.speed(3_440_000)).toBe('3.4 MB/s');
    expect(fileFormatsFor('de').size(3_440_000)).toBe('3,4 MB');
  });

  it('say no time finer than it can be known', () => {
    expect([0.2, 7, 42, 58, 95, 3590, 3600, 4900, 7190, 100_000].map(formats.duration)).toEqual([
      '1 second', '7 seconds', '40 seconds', '1 minute', '2 minutes', '1 hour', '1 hour', '1 hour 20 minutes', '2 hours', '1 day',
    ]);
  });

  it('are whole only at the end', () => {
    expect([[0, 10], [1, 1e9], [999_999_999, 1e9], [10, 10], [0, 0]].map(([have = 0, of = 0]) => formats.percent(have, of))).toEqual([
      '0%', '1%', '99%', '100%', '100%',
    ]);
  });
});

describe('a file’s card', () => {
  it('calls it by name, and keeps the end of a name that is too long', () => {
    expect(titleOf(file(offered), words)).toBe('pears.jpg');
    expect(shortName(`${'a'.repeat(300)}.pdf.exe`)).toMatch(/^a{43}…a+\.pdf\.exe$/);
    expect(shortName('a\u202Egpj.exe')).toBe('a gpj.exe');
    expect(titleOf(file({ is: 'unknown' }, { name: '', entries: [] }), words)).toBe('A file');
    const entries = [1, 2, 3].map((n) => ({ path: [`${n}`], size: 1, sort: 'other' as const }));
    expect(titleOf(file(offered, { name: '', sort: 'other', entries }), words)).toBe('3 files');
    expect(kindOf(file(offered, { name: 'Pears', sort: 'folder', entries }), words, formats)).toBe('Folder, 3 files, 2.4 MB');
  });

  it('says how far it is', () => {
    expect(paceOf(file(running), words, formats).replaceAll('\u00A0', ' ')).toBe('41% · 3.4 MB/s · 2 minutes left · from 2 people');
    expect(paceOf(file({ ...running, perSecond: 0, left: null, from: 0 }), words, formats)).toBe('Asking for it');
    expect(paceOf(file({ is: 'paused', have: 600_000 }), words, formats)).toBe('Paused at 25%');
  });

  it('offers what makes sense', () => {
    const all: readonly FileProgress[] = [
      { is: 'unknown' }, offered, running, { is: 'waiting', have: 0 }, { is: 'paused', have: 1 }, here, { is: 'here', saved: true },
      { is: 'declined' }, { is: 'failed', have: 1, why: { is: 'storage' } }, { is: 'failed', have: 0, why: { is: 'broken' } },
    ];
    expect(all.map((progress) => actsOf(file(progress)).join(' '))).toEqual([
      '', 'get decline', 'pause cancel', 'cancel', 'goOn cancel', 'save forget', 'saveAgain forget', 'getAfterAll', 'again cancel', '',
    ]);
    expect(actsOf(file(here, { mine: true }))).toEqual([]);
  });

  it('warns of what runs when it is opened, also inside of a folder, but not of one’s own', () => {
    const program = { path: ['Tools', 'a.exe'], size: 1, sort: 'program' } as const;
    expect(warningOf(file(offered, { sort: 'program' }), 'Ana', words)).toMatch(/^Opening this runs a program\. .*Ana/);
    expect(warningOf(file(offered, { sort: 'folder', entries: [program, program] }), 'Ana', words)).toMatch(/^There are programs/);
    expect(warningOf(file(here, { sort: 'program', mine: true }), 'Ana', words)).toBeNull();
    expect(warningOf(file(offered), 'Ana', words)).toBeNull();
  });

  it('shows pictures, sounds and films by an address of this page, and nothing that could hold a script', () => {
    const preview = 'blob:https://parley.example/1';
    expect(previewOf(file(here, { preview }))).toBe('picture');
    expect(previewOf(file(here, { preview, sort: 'film' }))).toBe('film');
    for (const name of ['a.svg', 'a.SVGZ', 'a.html', 'a.xhtml', 'a.xml', 'a.mht']) expect(previewOf(file(here, { preview, name }))).toBeNull();
    for (const sort of ['document', 'program', 'other'] as const) expect(previewOf(file(here, { preview, sort }))).toBeNull();
    expect(previewOf(file(here, { preview: 'https://elsewhere.example/p.png' }))).toBeNull();
    expect(previewOf(file(here, { preview: 'data:text/html,x' }))).toBeNull();
  });

  it('names the files of a folder by their place in it', () => {
    expect(placeIn(file(offered, { name: 'Plan' }), { path: ['Plan', 'Photos', 'a.jpg'], size: 1, sort: 'picture' })).toBe('Photos / a.jpg');
    expect(placeIn(file(offered, { name: '' }), { path: ['a.jpg'], size: 1, sort: 'picture' })).toBe('a.jpg');
  });

  it('asks before something is lost', () => {
    const done: string[] = [];
    const does = (name: string) => () => void done.push(name);
    const verbs = {
      getFile: does('get'), pauseFile: does('pause'), declineFile: does('decline'), saveFile: does('save'), forgetFile: does('forget'),
    };
    const list = entriesOf(file(running), file(here), file({ is: 'here', saved: true }), file(offered));
    const act = (at: number, what: Parameters<typeof actOnFile>[1]) => actOnFile(list.idAt(at), what, list, verbs);
    expect([act(0, 'cancel'), act(1, 'forget')]).toEqual(['cancel', 'forget']);
    expect(done).toEqual([]);
    expect([act(0, 'pause'), act(2, 'forget'), act(3, 'decline'), act(3, 'get'), act(1, 'save')]).toEqual([null, null, null, null, null]);
    expect(done).toEqual(['pause', 'forget', 'decline', 'get', 'save']);
  });
});

const news = (before: RoomFile, after: RoomFile) => fileNews(stagesOf(entriesOf(before)), entriesOf(after), company, englishRoom, formats);
const mine = (is: 'gets' | 'has') => file(here, { mine: true, others: [{ member: ana, is, have: 1 }] });

describe('what is read out of files', () => {
  it('is that one is offered, is here, or failed, not each percent', () => {
    expect(news(file({ is: 'unknown' }), file(offered))).toBe('Ana offers pears.jpg, 2.4 MB');
    expect(news(file(running), file(here))).toBe('pears.jpg is here, all of it checked');
    expect(news(file(running), file({ ...running, have: 2_000_000 }))).toBeNull();
    expect(news(file(running), file({ is: 'failed', have: 1, why: { is: 'storage' } }))).toMatch(/^pears\.jpg did not go on\. This browser/);
    expect(news(file(here), file(here))).toBeNull();
  });

  it('is who has an own one', () => {
    expect(news(mine('gets'), mine('has'))).toBe('Ana has pears.jpg');
    expect(news(mine('has'), mine('has'))).toBeNull();
  });

  it('is nothing of somebody who is hidden', () => {
    const hidden = { ...company, hidden: new Set([ana]) };
    expect(fileNews(stagesOf(entriesOf(file(running))), entriesOf(file(here)), hidden, englishRoom, formats)).toBeNull();
  });

  it('is with what it was said, when it comes', () => {
    expect(textNews(entriesOf(file(offered)), null, company, englishRoom)).toBe('Ana sends pears.jpg');
  });
});

const one = (name: string, size = 1) => new File(['x'.repeat(size)], name);
const picked = (...names: readonly string[]) => chosen(names.map((name) => one(name)));
const pathsOf = (some: ReturnType<typeof picked>) => some.map(({ path }) => path.join('/'));
const inFolder = (...paths: readonly string[]) => paths.map((path) => ({ path: path.split('/'), file: one('x', 2) }));

describe('what is picked', () => {
  it('comes together, and no two have one name', () => {
    const twice = joined(joined([], picked('image.png', 'LICENSE')), picked('Image.png', 'LICENSE', '.env', '.ENV'));
    expect(pathsOf(twice)).toEqual(['image.png', 'LICENSE', 'Image (2).png', 'LICENSE (2)', '.env', '.ENV (2)']);
  });

  it('keeps folders whole', () => {
    const folders = joined(joined([], inFolder('a/1', 'a/b/2')), inFolder('a/1', 'a/3'));
    expect(pathsOf(folders)).toEqual(['a/1', 'a/b/2', 'a (2)/1', 'a (2)/3']);
    expect(itemsOf(folders)).toEqual([
      { name: 'a', folder: true, files: 2, size: 4 },
      { name: 'a (2)', folder: true, files: 2, size: 4 },
    ]);
    expect(pathsOf(without(folders, 'a'))).toEqual(['a (2)/1', 'a (2)/3']);
  });

  it('is refused when it is nothing, too much or too deep', () => {
    const file1 = one('x');
    const many = Array.from({ length: MOST_FILES + 1 }, (_, i) => ({ path: [`${i}`], file: file1 }));
    const whys = [[], many, [{ path: Array.from({ length: 33 }, () => 'a'), file: file1 }]].map((more) => {
      try {
        joined([], more);
        return null;
      } catch (error) {
        return error instanceof PickError ? error.why : error;
      }
    });
    expect(whys).toEqual(['nothing', 'tooMany', 'tooDeep']);
  });
});
