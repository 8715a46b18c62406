import { Info } from 'lucide-react';
import { useLaterWords } from '../words/useLaterWords';
import styles from './NewDevice.module.css';

/** A calm line over the talk: the device is not the one of the last time, and nobody had verified that one. */
export function NewDevice({ onCompare }: { readonly onCompare: () => void }) {
  const { safety } = useLaterWords();
  return (
    <p className={styles.line}>
      <Info className={styles.icon} size={16} aria-hidden="true" />
      <span>{safety.newDevice}</span>
      <button type="button" className={styles.compare} onClick={onCompare}>
        {safety.compare}
      </button>
    </p>
  );
}
