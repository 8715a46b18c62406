import { useState } from 'react';
import type { RoomFile } from '../../../session/file-model';
import { useRoomWords } from '../../words/useRoomWords';
import { FileIcon } from './Icon';
import styles from './Inside.module.css';
import { placeIn } from './telling';
import { useFileFormats } from './useFileFormats';

/** So many are listed; of a folder of thousands the rest is only counted. */
const MOST_LISTED = 200;

/** The files of a folder, or several said together: a list that opens. */
export function Inside({ file, tabStop }: { readonly file: RoomFile; readonly tabStop: boolean }) {
  const { files: words } = useRoomWords();
  const formats = useFileFormats();
  const [open, setOpen] = useState(false);
  const { entries } = file;
  return (
    <details className={styles.inside} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary} tabIndex={tabStop ? 0 : -1}>
        {words.list(entries.length)}
      </summary>
      {open ? (
        // What scrolls must be reached by keys, too.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={styles.scroller} role="group" aria-label={words.several(entries.length)} tabIndex={tabStop ? 0 : -1}>
          <ul className={styles.list}>
            {entries.slice(0, MOST_LISTED).map((entry) => (
              <li key={entry.path.join('/')} className={styles.one}>
                <FileIcon sort={entry.sort} size={16} />
                <span className={styles.place}>
                  <bdi>{placeIn(file, entry)}</bdi>
                </span>
                <span className={styles.size}>
                  <bdi>{formats.size(entry.size)}</bdi>
                </span>
              </li>
            ))}
          </ul>
          {entries.length > MOST_LISTED ? <p className={styles.more}>{words.listMore(entries.length - MOST_LISTED)}</p> : null}
        </div>
      ) : null}
    </details>
  );
}
