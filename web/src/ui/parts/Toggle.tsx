import type { ReactNode } from 'react';
import { Switch } from 'react-aria-components';
import styles from './Toggle.module.css';

type Props = {
  readonly children: ReactNode;
  /** What it means. */
  readonly text: string;
  readonly on: boolean;
  readonly onTurn: (on: boolean) => void;
  readonly disabled?: boolean;
};

/** A choice that is on or off and counts at once. */
export function Toggle({ children, text, on, onTurn, disabled = false }: Props) {
  return (
    <Switch className={styles.toggle ?? ''} isSelected={on} isDisabled={disabled} onChange={onTurn}>
      <span className={styles.words}>
        <span className={styles.name}>{children}</span>
        <span className={styles.text}>{text}</span>
      </span>
      <span className={styles.track}>
        <span className={styles.thumb} />
      </span>
    </Switch>
  );
}
