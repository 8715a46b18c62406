import { Paperclip } from 'lucide-react';
import { useRoomWords } from '../../words/useRoomWords';
import styles from './DropHere.module.css';

/** Over the room while files are held over it: what happens when they are let go. */
export function DropHere() {
  const { attach } = useRoomWords().files;
  return (
    <div className={styles.veil}>
      <div className={styles.place}>
        <Paperclip size={28} aria-hidden="true" />
        <p className={styles.title}>{attach.drop}</p>
        <p>{attach.dropText}</p>
      </div>
    </div>
  );
}
