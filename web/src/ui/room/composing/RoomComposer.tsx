import { X } from 'lucide-react';
import { useState, type KeyboardEvent, type RefObject } from 'react';
import type { EventId } from '../../../protocol/ids';
import { Composer } from '../../talk/Composer';
import { roomFor } from '../../talk/length';
import { useLaterWords } from '../../words/useLaterWords';
import { useRoomWords } from '../../words/useRoomWords';
import { Attach } from '../files/Attach';
import { titleOf } from '../files/telling';
import { Tray } from '../files/Tray';
import type { Picking } from '../files/usePicking';
import { plainWords } from '../markdown/tree';
import { useCompany, useScene } from '../scene';
import styles from './RoomComposer.module.css';
import type { RoomRefusal } from '../../../session/room-model';

/** What the composer writes: something new, an answer, or an own text anew. */
export type Writing = { readonly is: 'new' } | { readonly is: 'reply' | 'edit'; readonly id: EventId };

type Props = {
  readonly writing: Writing;
  /** Files that are to be sent with the text. */
  readonly picking: Picking;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** Back to something new. */
  readonly onCancel: () => void;
  readonly onSent: () => void;
  /** Up in an empty composer: the own last text is written anew. */
  readonly onEditLast: () => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};

/** Where a message is written, answered or written anew. */
export function RoomComposer({ writing, picking, draft, onDraft, onCancel, onSent, onEditLast, field }: Props) {
  const { verbs } = useScene();
  const { composer, refusals: roomRefusals } = useRoomWords();
  const { refusals } = useLaterWords();
  const why: Readonly<Record<RoomRefusal, string>> = { ...refusals, ...roomRefusals };
  const send = (text: string) => {
    const reply = writing.is === 'reply' ? writing.id : undefined;
    if (writing.is !== 'edit' && picking.picked.length > 0) {
      if (roomFor(text).kind === 'over') return why.too_long;
      verbs.sendFiles({ files: picking.picked }, text.trim() === '' ? '' : text, reply);
      picking.clear();
      return null;
    }
    const result =
      writing.is === 'edit' ? verbs.edit(writing.id, text) : verbs.say(text, reply);
    return result.ok ? null : why[result.why];
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && writing.is !== 'new') {
      event.preventDefault();
      onCancel();
    }
    const alone = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.key === 'ArrowUp' && alone && draft === '' && writing.is === 'new') {
      event.preventDefault();
      onEditLast();
    }
  };
  return (
    <Composer
      draft={draft}
      onDraft={(text) => {
        onDraft(text);
        if (text !== '' && writing.is !== 'edit') verbs.typing();
      }}
      send={send}
      onSent={onSent}
      field={field}
      onKey={onKey}
      lead={writing.is === 'edit' ? null : <Attach onPick={picking.add} />}
      {...(writing.is === 'edit' ? { label: composer.save } : {})}
    >
      {writing.is === 'new' ? null : <Purpose writing={writing} onCancel={onCancel} />}
      {writing.is === 'edit' ? null : <Tray picking={picking} />}
    </Composer>
  );
}

/** What is answered, or that a text is written anew; and the way back. */
function Purpose({ writing, onCancel }: { readonly writing: Exclude<Writing, { is: 'new' }>; readonly onCancel: () => void }) {
  const { composer, you, files } = useRoomWords();
  const { entries } = useScene().state;
  const { nameOf, self } = useCompany();
  // The text as it was when this began: it may be gone before the answer is written.
  const [entry] = useState(() => {
    const at = entries.indexOf(writing.id);
    return at < 0 ? null : entries.at(at);
  });
  const said = entry?.kind === 'text' ? entry : null;
  const text = plainWords(said?.text ?? '') || (said !== null && said.file !== null ? titleOf(said.file, files) : '');
  const who = entry === null ? '' : entry.author === self ? you : nameOf(entry.author);
  return (
    <div className={styles.purpose}>
      <p className={styles.words}>
        <span className={styles.what}>{writing.is === 'edit' ? composer.editing : composer.replying(who)}</span>
        <span className={styles.text} dir="auto">
          {text.slice(0, 160)}
        </span>
      </p>
      <button type="button" className={styles.cancel} aria-label={composer.cancel} title={`${composer.cancel} (Esc)`} onClick={onCancel}>
        <X size={18} />
      </button>
    </div>
  );
}
