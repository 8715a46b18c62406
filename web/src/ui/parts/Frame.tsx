import type { ReactNode } from 'react';
import { useVisibleHeight } from '../state/useVisibleHeight';
import styles from './Frame.module.css';

/** The frame of a conversation: a line at the top, and the rest of what a phone's keyboard leaves free. */
export function Frame({ top, children }: { readonly top: ReactNode; readonly children: ReactNode }) {
  useVisibleHeight();
  return (
    <div className={styles.page}>
      <div className={styles.top}>{top}</div>
      {children}
    </div>
  );
}
