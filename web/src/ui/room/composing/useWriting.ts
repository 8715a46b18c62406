import { useState, type RefObject } from 'react';
import type { EventId, RoomId } from '../../../protocol/ids';
import type { RoomEntries } from '../../../session/room-model';
import { draftOf, keepDraft } from './drafts';
import type { Writing } from './RoomComposer';

/** What the person writes, and to what. */
export type WritingState = {
  readonly writing: Writing;
  readonly draft: string;
  setDraft(text: string): void;
  reply(id: EventId): void;
  edit(id: EventId): void;
  /** Back to something new; what was begun before comes back. */
  cancel(): void;
  /** It was sent. */
  sent(): void;
};

/** Keeps what the person writes in a room. An edit does not disturb what was begun before it. */
export function useWriting(
  room: RoomId,
  entries: RoomEntries,
  field: RefObject<HTMLTextAreaElement | null>,
): WritingState {
  const [writing, setWriting] = useState<Writing>({ is: 'new' });
  const [draft, setText] = useState(() => draftOf(room));
  const setDraft = (text: string) => {
    setText(text);
    if (writing.is !== 'edit') keepDraft(room, text);
  };
  const toField = () => field.current?.focus();
  return {
    writing,
    draft,
    setDraft,
    reply(id) {
      if (writing.is === 'edit') setText(draftOf(room));
      setWriting({ is: 'reply', id });
      toField();
    },
    edit(id) {
      const at = entries.indexOf(id);
      const entry = at < 0 ? null : entries.at(at);
      if (entry?.kind !== 'text') return;
      setWriting({ is: 'edit', id });
      setText(entry.text);
      toField();
    },
    cancel() {
      if (writing.is === 'edit') setText(draftOf(room));
      setWriting({ is: 'new' });
      toField();
    },
    sent() {
      if (writing.is === 'edit') setText(draftOf(room));
      setWriting({ is: 'new' });
    },
  };
}
