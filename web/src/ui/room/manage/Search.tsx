import { useEffect, useId, useState } from 'react';
import type { EventId } from '../../../protocol/ids';
import { Sheet, SheetHead } from '../../parts/Sheet';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { plainWords } from '../markdown/tree';
import { useCompany, useScene } from '../scene';
import { excerpt, wordsOf } from './excerpt';
import styles from './Search.module.css';

/** So long the search waits for the next key, in milliseconds. */
const PAUSE_MS = 150;

/** Looks for words in what was said; what is found is one press away. */
export function Search({ onJump, onClose }: { readonly onJump: (id: EventId) => void; readonly onClose: () => void }) {
  const { search } = useRoomWords();
  const [text, setText] = useState('');
  const found = useFound(text);
  const field = useId();
  return (
    <Sheet onClose={onClose} className={styles.dialog}>
      <SheetHead title={search.title} close={search.close} onClose={onClose} />
      <label className={styles.label} htmlFor={field}>
        {search.label}
      </label>
      <input
        id={field}
        type="search"
        className={styles.field}
        // It is why the dialog was opened.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        dir="auto"
        autoComplete="off"
        enterKeyHint="search"
        onChange={(event) => setText(event.target.value)}
      />
      <p className={styles.status} role="status">
        {found === null ? (wordsOf(text).length === 0 ? null : search.looking) : found.length === 0 ? search.none : search.found(found.length)}
      </p>
      {found === null || found.length === 0 ? null : (
        <ol className={styles.results} aria-label={search.title}>
          {found.map((id) => (
            <Result key={id} id={id} words={wordsOf(text)} onJump={onJump} />
          ))}
        </ol>
      )}
    </Sheet>
  );
}

function Result({
  id,
  words,
  onJump,
}: {
  readonly id: EventId;
  readonly words: readonly string[];
  readonly onJump: (id: EventId) => void;
}) {
  const { entries } = useScene().state;
  const { nameOf } = useCompany();
  const { formats } = useWords();
  const at = entries.indexOf(id);
  const entry = at < 0 ? null : entries.at(at);
  if (entry?.kind !== 'text' || entry.is !== 'here') return null;
  return (
    <li className={styles.item}>
      <button type="button" className={styles.result} onClick={() => onJump(id)}>
        <span className={styles.who}>
          <bdi>{nameOf(entry.author)}</bdi>
          <time dateTime={new Date(entry.at).toISOString()}>
            {formats.day(entry.at)}, {formats.time(entry.at)}
          </time>
        </span>
        <span className={styles.text} dir="auto">
          {excerpt(plainWords(entry.text), words).map(({ text, hit }, place) =>
            // The pieces of a text never change their order, so the place is their key.
            // eslint-disable-next-line react/no-array-index-key
            hit ? <mark key={place}>{text}</mark> : text,
          )}
        </span>
      </button>
    </li>
  );
}

/** What is found; null while it is looked for, and without words. */
function useFound(text: string): readonly EventId[] | null {
  const { verbs } = useScene();
  const [found, setFound] = useState<{ readonly of: string; readonly ids: readonly EventId[] } | null>(null);
  const words = wordsOf(text).join(' ');
  useEffect(() => {
    if (words === '') return undefined;
    let over = false;
    const timer = setTimeout(() => {
      void verbs.search(words).then((ids) => (over ? undefined : setFound({ of: words, ids })));
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [verbs, words]);
  return found?.of === words ? found.ids : null;
}
