import { ArrowDown } from 'lucide-react';
import { useEffect, useImperativeHandle, useState, useSyncExternalStore, type Ref } from 'react';
import type { EventId } from '../../../protocol/ids';
import { Button } from '../../parts/Button';
import { useRoomWords } from '../../words/useRoomWords';
import { useCompany, useScene } from '../scene';
import { useActs } from './acts';
import { begin, read, type Reading } from './reading';
import { Row } from './Row';
import styles from './Timeline.module.css';
import { useAtEnd } from './useAtEnd';
import { useRoving } from './useRoving';
import { useTimeline, type TimelineList } from './useTimeline';

/** What the screen around the timeline can tell it. */
export type TimelineHandle = {
  /** Shows the newest. */
  toEnd(): void;
  /** Goes to a message; false if it is not here. */
  jump(id: EventId): boolean;
  /** Gives the focus to the newest message; false if there is none. */
  toNewest(): boolean;
};

/** What was said and what happened in a room, newest at the bottom; any number of lines. */
export function Timeline({ ref }: { readonly ref: Ref<TimelineHandle> }) {
  const { state } = useScene();
  const { entries } = state;
  const words = useRoomWords();
  const [first] = useState(state.unreadFrom);
  const [held, setHeld] = useState<EventId | null>(null);
  const { scroller, list } = useTimeline(entries, first, held);
  const [atEnd, goElsewhere] = useAtEnd(scroller, list, first === null);
  const acts = useActs();
  const roving = useRoving(entries, () => list, { id: held, set: setHeld, leaveEnd: goElsewhere }, acts);
  const items = list.getVirtualItems();
  const reading = useRoomReading(list, atEnd);
  const stop = tabStopOf(items.map(({ index }) => index), held, (i) => entries.at(i).kind === 'text', (i) => entries.idAt(i));
  const toEnd = () => list.scrollToEnd();
  useImperativeHandle(ref, () => ({ toEnd, jump: roving.jump, toNewest: roving.toNewest }));
  return (
    <div className={styles.frame}>
      {/* A log that does not announce itself: RoomAnnouncer reads new messages out, once. */}
      <div ref={scroller} className={styles.scroller} role="log" aria-label={words.log} aria-live="off" tabIndex={stop < 0 ? 0 : -1}>
        <ol className={styles.list} style={{ blockSize: list.getTotalSize() }} onKeyDown={roving.onKeyDown}>
          {items.map(({ index, start, key }) => (
            <li
              key={key}
              ref={list.measureElement}
              data-index={index}
              className={styles.item}
              style={{ transform: `translateY(${start}px)` }}
              aria-posinset={index + 1}
              aria-setsize={entries.length}
              onFocus={() => roving.onFocus(entries.idAt(index))}
            >
              <Row
                entries={entries}
                index={index}
                unreadFrom={reading.unreadFrom}
                tabStop={index === stop}
                found={entries.idAt(index) === roving.found}
              />
            </li>
          ))}
        </ol>
      </div>
      {atEnd ? null : (
        <div className={styles.jump}>
          <Button shortcut="Alt+ArrowDown" icon={<ArrowDown size={18} />} onPress={toEnd}>
            {reading.unread > 0 ? words.unread(reading.unread) : words.jump}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Which line Tab stops at: the one that had the focus last, or the last text that is drawn; −1: none. */
function tabStopOf(
  drawn: readonly number[],
  held: EventId | null,
  isText: (index: number) => boolean,
  idAt: (index: number) => EventId,
): number {
  if (held !== null) {
    const at = drawn.find((index) => idAt(index) === held);
    if (at !== undefined) return at;
  }
  return drawn.findLast((index) => isText(index)) ?? -1;
}

/** How far the person has read. Tells the room, so that others and the list of rooms know. */
function useRoomReading(list: TimelineList, atEnd: boolean): Reading {
  const { state, verbs } = useScene();
  const { entries } = state;
  const { self } = useCompany();
  const visible = useSyncExternalStore(watchVisibility, () => document.visibilityState === 'visible');
  const [reading, setReading] = useState(() => begin(entries, state.unreadFrom, self));
  const to = atEnd ? entries.length - 1 : (list.range?.endIndex ?? -1);
  const next = read(reading, entries, visible ? to : -1, self);
  if (next !== reading) setReading(next);
  const { seen } = next;
  useEffect(() => {
    if (seen !== null && visible) verbs.seen(seen);
  }, [verbs, seen, visible]);
  return next;
}

function watchVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
