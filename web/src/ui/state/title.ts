import type { SessionState } from '../../session/model';
import type { RoomCard } from '../../session/room-model';
import type { Words } from '../words/english';

/**
 * The state in a few words, for the page's title and for the status that screen readers hear.
 * Empty on the start screen.
 */
export function statusWords(state: SessionState, words: Words): string {
  const { status, connecting, failed } = words;
  switch (state.at) {
    case 'start':
      return '';
    case 'waiting':
      return status.waitingStranger;
    case 'connecting':
      return `${status.connecting}: ${connecting.steps[state.step]}`;
    case 'talking':
      return state.peer === 'here' ? status.talking : status[state.peer];
    case 'room':
      return state.settings.name === '' ? status.room : state.settings.name;
    case 'failed':
      return failed.words[state.failure].title;
  }
}

/** What was not seen in the rooms that are open; in the others nothing comes. */
export function unreadOf(rooms: readonly RoomCard[]): number {
  return rooms.reduce((sum, { is, unread }) => (is === 'open' ? sum + unread : sum), 0);
}

/** The page's title: unread messages first, because tabs are cut off at the end. */
export function pageTitle(state: SessionState, unread: number, words: Words): string {
  const status = state.at === 'connecting' ? words.status.connecting : statusWords(state, words);
  const count = unread > 0 ? `(${words.formats.number(unread)}) ` : '';
  return count + (status === '' ? words.name : `${status} · ${words.name}`);
}
