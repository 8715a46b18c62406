import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { RoomEntries } from '../../../session/room-model';
import type { Acts } from './acts';
import { elementOf } from './Said';
import type { TimelineList } from './useTimeline';

/** The message that the keyboard is at. */
export type Roving = {
  /** Tab stops there; null: at the last one in view. */
  readonly at: EventId | null;
  /** Somebody has just jumped there: it is shown which one it is. */
  readonly found: EventId | null;
  /** Goes to a message and gives it the focus. False if it is not here. */
  jump(id: EventId): boolean;
  /** Gives the focus to the newest message; false if there is none. */
  toNewest(): boolean;
  onKeyDown(event: KeyboardEvent): void;
  /** The focus came to a message by itself: a press, Tab. */
  onFocus(id: EventId): void;
};

/** Moves from message to message by keys: one after the other with the arrows, Home and End for both ends, Enter for the menu. */
export function useRoving(entries: RoomEntries, list: () => TimelineList, held: Held, acts: Acts): Roving {
  const [found, setFound] = useState<EventId | null>(null);
  const wanted = useRef<EventId | null>(null);
  useEffect(() => {
    // The message may not have been in the page before.
    if (wanted.current === null) return;
    document.getElementById(elementOf(wanted.current))?.focus({ preventScroll: true });
    wanted.current = null;
  });
  const goTo = (index: number, align: 'auto' | 'center') => {
    if (index < 0) return false;
    const id = entries.idAt(index);
    wanted.current = id;
    held.set(id);
    held.leaveEnd();
    list().scrollToIndex(index, { align });
    return true;
  };
  const textFrom = (index: number, step: 1 | -1) => {
    for (let i = index; i >= 0 && i < entries.length; i += step) if (entries.at(i).kind === 'text') return i;
    return -1;
  };
  return {
    at: held.id,
    found,
    jump(id) {
      setFound(id);
      return goTo(entries.indexOf(id), 'center');
    },
    toNewest: () => goTo(textFrom(entries.length - 1, -1), 'auto'),
    onFocus: (id) => held.set(id),
    onKeyDown(event) {
      const article = event.target as Element;
      if (article.role !== 'article' || event.altKey || event.ctrlKey || event.metaKey) return;
      const at = Number(article.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? -1);
      if (at < 0 || at >= entries.length) return;
      const moves: Readonly<Record<string, () => number>> = {
        ArrowUp: () => textFrom(at - 1, -1),
        ArrowDown: () => textFrom(at + 1, 1),
        Home: () => textFrom(0, 1),
        End: () => textFrom(entries.length - 1, -1),
      };
      const move = moves[event.key];
      const menu = event.key === 'Enter' || event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
      if (move === undefined && !menu) return;
      event.preventDefault();
      if (move !== undefined) goTo(move(), 'auto');
      else acts.menu(entries.idAt(at), article);
    },
  };
}

/** The message that stays in the page because the keyboard is there. */
export type Held = {
  readonly id: EventId | null;
  set(id: EventId): void;
  /** The list is about to go elsewhere: it must not stay at its end. */
  leaveEnd(): void;
};
