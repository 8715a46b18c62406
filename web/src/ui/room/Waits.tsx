import { useEffect, useRef } from 'react';
import { Button } from '../parts/Button';
import { useSession } from '../state/useSession';
import { useRoomWords } from '../words/useRoomWords';
import styles from './Alone.module.css';
import { waitsNews } from './announcing';
import { useScene } from './scene';

/** In a room that nobody is here to let in to: what is waited for, and what can be done in its place. */
export function Waits() {
  const words = useRoomWords();
  const { waits } = words;
  const { state } = useScene();
  const session = useSession();
  const title = useRef<HTMLHeadingElement>(null);
  // Not on the button: an Enter on its way makes no room.
  useEffect(() => title.current?.focus(), []);
  return (
    <section className={styles.alone} aria-labelledby="waits">
      <div className={styles.narrow}>
        <h2 id="waits" ref={title} className={styles.title} tabIndex={-1}>
          {waits.title}
        </h2>
        <p className={styles.text}>{waitsNews(state.waits, words)}</p>
        <p className={styles.note}>{waits.stays}</p>
        <div className={styles.actions}>
          <Button look="primary" shortcut="Alt+R" onPress={() => session.createRoom()}>
            {waits.create}
          </Button>
        </div>
      </div>
    </section>
  );
}
