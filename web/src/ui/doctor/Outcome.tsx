import { useDoctorWords } from '../words/useDoctorWords';
import styles from './Outcome.module.css';
import type { Examination } from './useExamination';

/** What was found, or how far it is; read aloud at the beginning and at the end. */
export function Outcome({ examination }: { readonly examination: Examination }) {
  const words = useDoctorWords();
  const { examined, failed, found } = examination;
  const cause = examined === null ? null : words.causes[examined.cause];
  return (
    <>
      <div role="status" data-outlook={examined?.outlook}>
        {cause === null ? (
          <p className={styles.cure}>{failed ? words.failed : words.looking}</p>
        ) : (
          <>
            <p className={styles.sentence}>{cause.sentence}</p>
            <p className={styles.cure}>{cause.cure}</p>
          </>
        )}
      </div>
      {cause === null && !failed ? (
        <progress
          className={styles.progress}
          aria-label={words.title}
          aria-valuetext={words.progress(found.size, words.findings.length)}
          value={found.size}
          max={words.findings.length}
        />
      ) : null}
    </>
  );
}
