import type { ReactNode } from 'react';
import { useWords } from '../words/useWords';
import { Mark } from './Mark';
import styles from './TopBar.module.css';

/** The line at the top: who Parley is on the quiet screens, who is there while talking. */
export function TopBar({ lead, children }: { readonly lead?: ReactNode; readonly children: ReactNode }) {
  return (
    <header className={styles.bar}>
      <div className={styles.lead}>{lead ?? <Wordmark />}</div>
      <div className={styles.actions}>{children}</div>
    </header>
  );
}

function Wordmark() {
  return (
    <p className={styles.wordmark}>
      <Mark link="brand" />
      {useWords().name}
    </p>
  );
}
