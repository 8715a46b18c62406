import { use } from 'react';
import { useRoomWords } from '../../words/useRoomWords';
import { CompanyContext, useScene } from '../scene';
import styles from './Typing.module.css';
import { typingLine } from './typing';

/** Who is writing. Its line is always there, so that nothing moves; it is not read out. */
export function Typing() {
  const { members } = useScene().state;
  const company = use(CompanyContext);
  const line = typingLine(members, company, useRoomWords());
  return (
    <p className={styles.typing} data-on={line !== ''}>
      {line === '' ? null : (
        <>
          <span className={styles.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className={styles.who}>{line}</span>
        </>
      )}
    </p>
  );
}
