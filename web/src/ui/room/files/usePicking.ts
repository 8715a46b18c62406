import { useEffect, useEffectEvent, useState } from 'react';
import type { RoomId } from '../../../protocol/ids';
import { dragsFiles, dropped } from './dropped';
import { chosen, joined, PickError, without, type Picked, type PickFault } from './picking';

/** What was picked in each room and not sent: for as long as the page is open. */
const kept = new Map<RoomId, Picked>();
const none: Picked = [];

/** What the person has picked to send, and what became of the last try. */
export type Picking = {
  readonly picked: Picked;
  /** Why the last pick was not taken; null: it was. */
  readonly fault: PickFault | null;
  /** Files are held over the page. */
  readonly over: boolean;
  add(files: Iterable<File>): void;
  remove(name: string): void;
  /** All of it: it was sent, or is not to be. */
  clear(): void;
};

/**
 * Keeps what is picked in a room, and takes what is dropped or pasted anywhere in the page.
 *
 * @param takes - nothing is taken otherwise: who waits cannot send.
 * @param onPick - something was picked, by whatever way.
 */
export function usePicking(room: RoomId, takes: boolean, onPick: () => void): Picking {
  const [picked, setPicked] = useState(() => kept.get(room) ?? none);
  const [fault, setFault] = useState<PickFault | null>(null);
  const put = (next: Picked) => {
    setPicked(next);
    setFault(null);
    if (next.length === 0) kept.delete(room);
    else kept.set(room, next);
  };
  const take = (more: Picked) => {
    try {
      put(joined(kept.get(room) ?? none, more));
      onPick();
    } catch (error) {
      refuse(error);
    }
  };
  const refuse = (error: unknown) => {
    if (!(error instanceof PickError)) throw error;
    setFault(error.why);
  };
  const over = useDrop(takes, (data) => void dropped(data).then(take, refuse));
  usePaste(takes, (files) => take(chosen(files)));
  return {
    picked,
    fault,
    over,
    add: (files) => take(chosen(files)),
    remove: (name) => put(without(picked, name)),
    clear: () => put(none),
  };
}

/** Calls `act` with what is dropped anywhere in the page; true while it is held over it. */
function useDrop(takes: boolean, act: (data: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false);
  const onDrag = useEffectEvent((event: DragEvent) => {
    if (event.dataTransfer === null || !dragsFiles(event.dataTransfer)) return;
    // Else the browser would leave the page and show the file.
    event.preventDefault();
    event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
    if (event.type !== 'drop') {
      setOver(takes);
      return;
    }
    setOver(false);
    if (takes) act(event.dataTransfer);
  });
  useEffect(() => {
    const drag = (event: DragEvent) => onDrag(event);
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const begin = ['dragenter', 'dragover', 'drop'] as const;
    for (const name of begin) addEventListener(name, drag);
    addEventListener('dragleave', leave);
    return () => {
      for (const name of begin) removeEventListener(name, drag);
      removeEventListener('dragleave', leave);
    };
  }, []);
  return over;
}

/** Calls `act` with files that are pasted, unless another field is written into. */
function usePaste(takes: boolean, act: (files: FileList) => void): void {
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const data = event.clipboardData;
    const field = event.target instanceof Element ? event.target.closest('input, textarea, [role=dialog]') : null;
    // What is copied from a text often comes with a picture of it; then the words are meant.
    if (!takes || data === null || data.files.length === 0 || data.types.includes('text/plain')) return;
    if (field !== null && field.tagName !== 'TEXTAREA') return;
    event.preventDefault();
    act(data.files);
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent) => onPaste(event);
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);
}
