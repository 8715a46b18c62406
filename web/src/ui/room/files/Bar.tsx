import { wholePercent } from '../../words/file-formats';
import styles from './Bar.module.css';

type Props = {
  /** What comes, or who gets it. */
  readonly label: string;
  readonly have: number;
  readonly of: number;
  /** How far it is, in words. */
  readonly text: string;
  /** Nothing comes just now. */
  readonly still?: boolean;
};

/** How far something has come. Screen readers say it where somebody asks; it does not announce itself. */
export function Bar({ label, have, of, text, still = false }: Props) {
  const percent = wholePercent(have, of);
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      data-still={still}
    >
      <span style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}
