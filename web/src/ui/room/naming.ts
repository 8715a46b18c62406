import type { IdentityKey } from '../../protocol/ids';
import type { RoomMember } from '../../session/room-model';

/** What the naming needs of the catalogue. */
export type NamingWords = {
  readonly you: string;
  /** Somebody without a name, by their place in the room's list. */
  readonly guest: (place: number) => string;
  /** The second one, third one of a name. */
  readonly again: (name: string, time: number) => string;
};

/** The longest name that a member can have (SPEC E9). */
export const MOST_NAME_CHARACTERS = 64;

/** What people may do to a line: controls, and marks that turn the direction of what comes after. */
const unruly = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A name on one line, without what would disturb the words around it. May be empty. */
export function tidyName(name: string): string {
  return name
    .replaceAll(unruly, (run) => (run === '\u200D' || run === '\u200C' ? run : ' '))
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/**
 * How each member is called here, so that no two are called alike: a name is its owner's to choose, so of those that
 * look alike the first keeps it, in the order in which they came. The own person is «You».
 */
export function callMembers(members: readonly RoomMember[], words: NamingWords): ReadonlyMap<IdentityKey, string> {
  const times = new Map<string, number>([[alike(words.you), 1]]);
  const names = new Map<IdentityKey, string>();
  for (const [place, member] of members.entries()) {
    if (member.self) {
      names.set(member.id, words.you);
      // Nobody else may be called as they are, though the own screen says «You».
      count(times, tidyName(member.name));
      continue;
    }
    const name = tidyName(member.name) || words.guest(place + 1);
    const time = count(times, name);
    names.set(member.id, time === 1 ? name : words.again(name, time));
  }
  return names;
}

function count(times: Map<string, number>, name: string): number {
  const time = (times.get(alike(name)) ?? 0) + 1;
  times.set(alike(name), time);
  return time;
}

/** As the eye takes it: without case, width and accents that stand apart. */
function alike(name: string): string {
  return name.normalize('NFKC').toLocaleLowerCase('en').replaceAll(/[\s\u200C\u200D]/gu, '');
}

/** The letters that stand for somebody where there is no room for the name; empty if there are none. */
export function initial(name: string): string {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.exec(name)?.[0].toLocaleUpperCase() ?? '';
}

/** A name among words of another direction. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
