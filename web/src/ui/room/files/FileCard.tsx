import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { RoomFile } from '../../../session/file-model';
import buttons from '../../parts/Button.module.css';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { useCompany } from '../scene';
import { useActs } from '../timeline/acts';
import { Bar } from './Bar';
import styles from './FileCard.module.css';
import { Holders } from './Holders';
import { FileIcon } from './Icon';
import { Inside } from './Inside';
import { Preview } from './Preview';
import { actsOf, haveOf, kindOf, paceOf, titleOf, troubleOf, warningOf } from './telling';
import { useFileFormats } from './useFileFormats';

type Props = {
  readonly id: EventId;
  readonly file: RoomFile;
  /** Who said it, as they are called here. */
  readonly who: string;
  readonly tabStop: boolean;
};

/** A file, or several said together: what it is, how far it has come, and what can be done about it. */
export function FileCard({ id, file, who, tabStop }: Props) {
  const { files: words } = useRoomWords();
  const formats = useFileFormats();
  const warning = warningOf(file, who, words);
  const several = file.entries.length > 1 && file.sort !== 'folder';
  return (
    <div className={styles.card}>
      <Preview file={file} tabStop={tabStop} />
      <div className={styles.head}>
        <span className={styles.icon}>
          <FileIcon sort={several ? 'several' : file.sort} />
        </span>
        <p className={styles.what}>
          <span className={styles.name} title={file.name}>
            <bdi>{titleOf(file, words)}</bdi>
          </span>
          <span className={styles.kind}>{file.progress.is === 'unknown' ? words.unknown : kindOf(file, words, formats)}</span>
        </p>
      </div>
      {warning === null ? null : <Note look="caution">{warning}</Note>}
      <Faulty file={file} />
      <Progress file={file} who={who} />
      <FileActs id={id} file={file} tabStop={tabStop} />
      {file.entries.length > 1 ? <Inside file={file} tabStop={tabStop} /> : null}
      {file.mine ? <Holders file={file} /> : null}
    </div>
  );
}

/** Something that is to be read before anything is done. */
function Note({ look, children }: { readonly look: 'caution' | 'broken'; readonly children: ReactNode }) {
  return (
    <p className={styles.note} data-look={look}>
      <TriangleAlert size={16} aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}

/** Who has sent something that is not in it. */
function Faulty({ file: { faulty } }: { readonly file: RoomFile }) {
  const { files: words } = useRoomWords();
  const { formats } = useWords();
  const { nameOf } = useCompany();
  const [first] = faulty;
  if (first === undefined) return null;
  const text = faulty.length === 1 ? words.faulty(nameOf(first)) : words.faultyMany(formats.list(faulty.map((id) => nameOf(id))));
  return <Note look="caution">{text}</Note>;
}

function Progress({ file, who }: { readonly file: RoomFile; readonly who: string }) {
  const { files: words } = useRoomWords();
  const formats = useFileFormats();
  const { progress, size, mine } = file;
  const have = haveOf(progress);
  const pace = paceOf(file, words, formats);
  return (
    <>
      {have === null ? null : (
        <div className={styles.far}>
          <Bar
            label={words.progress}
            have={have}
            of={size}
            text={pace === '' ? formats.percent(have, size) : pace}
            still={progress.is !== 'running'}
          />
          {pace === '' ? <p className={styles.amount}>{words.of(formats.size(have), formats.size(size))}</p> : null}
        </div>
      )}
      {pace === '' ? null : <p className={styles.pace}>{pace}</p>}
      {progress.is === 'here' && !mine ? (
        <p className={styles.here}>
          <CircleCheck size={16} aria-hidden="true" />
          {progress.saved ? words.hereSaved : words.here}
        </p>
      ) : null}
      {progress.is === 'declined' ? <p className={styles.pace}>{words.declined}</p> : null}
      {progress.is === 'failed' ? <Note look="broken">{troubleOf(progress.why, mine, who, words, formats)}</Note> : null}
    </>
  );
}

function FileActs({ id, file, tabStop }: Pick<Props, 'id' | 'file' | 'tabStop'>) {
  const { files: words } = useRoomWords();
  const acts = useActs();
  const all = actsOf(file);
  if (all.length === 0) return null;
  return (
    <div className={styles.acts}>
      {all.map((act, place) => (
        <button
          key={act}
          type="button"
          className={`${buttons.button} ${place === 0 ? buttons.plain : buttons.quiet} ${styles.act}`}
          tabIndex={tabStop ? 0 : -1}
          onClick={() => acts.file(id, act)}
        >
          {words[act]}
        </button>
      ))}
    </div>
  );
}
