/** Looking for words in a room. */
import type { EventId } from '../../protocol/ids';
import type { Timeline } from '../../room/timeline/timeline';
import type { Timers } from '../../signaling/timers';
import { breathing } from './breath';

const most = 200;
/** So many entries are read at once. */
const atOnce = 256;

/** The texts that hold all words, the latest first, at most 200. Letters count whatever their case. */
export async function found(timeline: Timeline, words: string, timers: Timers): Promise<readonly EventId[]> {
  const wanted = words.toLocaleLowerCase().split(/\s+/u).filter((one) => one !== '');
  const ids: EventId[] = [];
  if (wanted.length === 0) return ids;
  const breathe = breathing(timers);
  for (let i = timeline.length - 1; i >= 0 && ids.length < most; i--) {
    if (i % atOnce === 0) await breathe();
    if (i >= timeline.length) continue; // something has gone meanwhile
    const entry = timeline.at(i);
    if (entry.kind !== 'text' && entry.kind !== 'file') continue;
    const text = entry.text.toLocaleLowerCase();
    if (wanted.every((one) => text.includes(one))) ids.push(entry.id);
  }
  return ids;
}
