import { useEffect, useState, type ReactNode } from 'react';
import { shownKey } from '../state/keys';
import styles from './Tip.module.css';

/** What a tooltip shows, and where. */
export type TipProps = {
  /** The name of a button without text; left out when the button says it itself. */
  readonly label?: string | undefined;
  readonly shortcut?: string | undefined;
  readonly place: 'above' | 'below' | 'below-end';
  readonly wide: boolean;
  readonly children: ReactNode;
};

/**
 * The key of an action, beside it, while the pointer rests on it or the keyboard is there. Escape
 * puts it away and the pointer may move onto it (WCAG 1.4.13). It says nothing to screen readers
 * that the button's own name and `aria-keyshortcuts` do not say, so it is hidden from them.
 *
 * Ours and not the widget library's: that one is 20 KB compressed, this stands on the first screen.
 */
export function Tip({ label, shortcut, place, wide, children }: TipProps) {
  const [dismissed, setDismissed] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setDismissed(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  if (label === undefined && shortcut === undefined) return <>{children}</>;
  return (
    <span
      className={[styles.anchor, wide ? styles.wide : ''].join(' ')}
      data-dismissed={dismissed}
      onPointerEnter={() => setDismissed(false)}
      onFocus={() => setDismissed(false)}
      onPointerDown={() => setDismissed(true)}
    >
      {children}
      <span className={`${styles.tip} ${styles[place]}`} aria-hidden="true">
        {label}
        {shortcut === undefined ? null : <kbd className={styles.key}>{shownKey(shortcut, navigator.platform)}</kbd>}
      </span>
    </span>
  );
}
