import type { ReactNode } from 'react';
import styles from './Stage.module.css';

/**
 * The frame of the quiet screens: the words and what can be done on one side, the drawing on the
 * other; on a phone the drawing above and what can be done below, where the thumb is.
 */
export function Stage({
  bar,
  scene,
  children,
}: {
  readonly bar: ReactNode;
  readonly scene: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      {bar}
      <main className={styles.stage}>
        <div className={styles.scene}>{scene}</div>
        <div className={styles.words}>{children}</div>
      </main>
    </div>
  );
}
