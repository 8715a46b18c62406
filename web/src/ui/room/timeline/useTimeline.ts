import { useVirtualizer, type Range, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { RoomEntries } from '../../../session/room-model';
import { NEAR_PX } from './useAtEnd';

/** What a line is taken to be high before it was drawn, in CSS pixels. */
const GUESSED_PX = 64;

/** The list of a room's lines, of which only those in view are in the page. */
export type TimelineList = Virtualizer<HTMLDivElement, HTMLLIElement>;

/**
 * Draws a window of the entries. It stays at the end while the person is there, and where it is while they read
 * further up, whatever comes above or below.
 *
 * @param entries - all of them.
 * @param start - where it begins: this entry at the top; null: at the end.
 * @param held - stays in the page wherever the list goes, because it has the focus.
 */
export function useTimeline(
  entries: RoomEntries,
  start: EventId | null,
  held: EventId | null,
): { readonly scroller: RefObject<HTMLDivElement | null>; readonly list: TimelineList } {
  const scroller = useRef<HTMLDivElement>(null);
  const heldAt = held === null ? -1 : entries.indexOf(held);
  // What it returns changes behind React's back, which only its compiler minds; the build has none.
  // eslint-disable-next-line react/incompatible-library
  const list: TimelineList = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESSED_PX,
    getItemKey: useCallback((index: number) => entries.idAt(index), [entries]),
    rangeExtractor: useCallback((range: Range) => indexesOf(range, heldAt), [heldAt]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_PX,
    overscan: 6,
    paddingStart: 16,
    paddingEnd: 12,
  });
  const began = useRef(false);
  useLayoutEffect(() => {
    if (began.current || entries.length === 0) return;
    began.current = true;
    const at = start === null ? -1 : entries.indexOf(start);
    if (at < 0) list.scrollToEnd();
    else list.scrollToIndex(at, { align: 'start' });
  }, [entries, list, start]);
  return { scroller, list };
}

/** What is drawn: the lines in view, some around them, and the one that is held. In order, for those who hear the page. */
export function indexesOf({ startIndex, endIndex, overscan, count }: Range, held: number): number[] {
  const from = Math.max(0, startIndex - overscan);
  const to = Math.min(count - 1, endIndex + overscan);
  const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  if (held >= 0 && held < from) all.unshift(held);
  if (held > to && held < count) all.push(held);
  return all;
}
