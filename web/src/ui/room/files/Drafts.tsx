import { TriangleAlert, X } from 'lucide-react';
import type { FileDraft } from '../../../session/file-model';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';
import { Bar } from './Bar';
import styles from './Drafts.module.css';
import { shortName } from './telling';
import { useFileFormats } from './useFileFormats';

/** Own files that are read before they go out, each with how far it is; and what could not be read. */
export function Drafts() {
  const { state, verbs } = useScene();
  const { attach } = useRoomWords().files;
  return (
    <ul className={styles.drafts} aria-label={attach.readingAbout}>
      {state.drafts.map((draft) => (
        <Draft key={draft.id} draft={draft} onDrop={() => verbs.dropDraft(draft.id)} />
      ))}
    </ul>
  );
}

function Draft({ draft, onDrop }: { readonly draft: FileDraft; readonly onDrop: () => void }) {
  const { files: words } = useRoomWords();
  const { attach } = words;
  const { percent, size } = useFileFormats();
  const { done, size: all, trouble } = draft;
  const name = shortName(draft.name) || words.one;
  const label = trouble === null ? attach.stop(name) : attach.dismiss;
  return (
    <li className={styles.draft} data-trouble={trouble !== null}>
      {trouble === null ? null : <TriangleAlert size={18} aria-hidden="true" />}
      <div className={styles.words}>
        <p className={styles.name}>
          <bdi>{name}</bdi>
          {trouble === null ? <span className={styles.far}>{percent(done, all)}</span> : null}
        </p>
        {trouble === null ? <Bar label={attach.readingAbout} have={done} of={all} text={attach.reading(name, percent(done, all))} /> : null}
        <p className={styles.why} role="alert">
          {trouble === null ? null : trouble.is === 'no_space' ? attach.trouble.no_space(size(trouble.needs)) : attach.trouble[trouble.is]}
        </p>
      </div>
      <button type="button" className={styles.drop} aria-label={label} title={label} onClick={onDrop}>
        <X size={18} />
      </button>
    </li>
  );
}
