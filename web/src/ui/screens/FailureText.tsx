import type { ReactNode } from 'react';
import { ScreenHeading } from '../parts/ScreenHeading';
import type { FailureWords } from '../words/english';
import { useWords } from '../words/useWords';
import styles from './FailureText.module.css';

type Props = {
  readonly words: FailureWords;
  /** What is known of this one failure: it comes before what is said of all of them. */
  readonly children?: ReactNode;
};

/** The three answers that every failure gives. */
export function FailureText({ words, children }: Props) {
  const { failed } = useWords();
  return (
    <>
      <ScreenHeading>{words.title}</ScreenHeading>
      {children}
      <dl className={styles.answers}>
        <div>
          <dt>{failed.happened}</dt>
          <dd>{words.happened}</dd>
        </div>
        <div>
          <dt>{failed.parley}</dt>
          <dd>{words.parley}</dd>
        </div>
        <div>
          <dt>{failed.you}</dt>
          <dd className={styles.you}>{words.you}</dd>
        </div>
      </dl>
    </>
  );
}
