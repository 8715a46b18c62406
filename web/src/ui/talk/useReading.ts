import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { Message } from '../../session/model';
import { nothingRead, read, type Reading } from './reading';

/** Where the number of unread messages is told, for the page's title. */
export const UnreadContext = createContext<(unread: number) => void>(() => undefined);

/** How far the person has read; moves on while the newest message is before their eyes. */
export function useReading(messages: readonly Message[], atEnd: boolean): Reading {
  const visible = useSyncExternalStore(watchVisibility, () => document.visibilityState === 'visible');
  const [reading, setReading] = useState(nothingRead);
  const next = read(reading, messages, atEnd && visible);
  if (next !== reading) setReading(next);
  const tell = use(UnreadContext);
  useEffect(() => tell(next.unread), [tell, next.unread]);
  useEffect(() => () => tell(0), [tell]);
  return next;
}

function watchVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
