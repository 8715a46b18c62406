import type { ReactNode } from 'react';
import { useShortcut, type Shortcut } from '../state/keys';
import styles from './Button.module.css';
import { Tip } from './Tip';

/** What a button needs. */
export type ButtonProps = {
  readonly children: ReactNode;
  readonly onPress: () => void;
  /** `primary`: the one next thing, at most one on a screen. `plain`: the rest. `quiet`: without a border. */
  readonly look?: 'primary' | 'plain' | 'quiet';
  /** A key that does the same from anywhere in the page; shown in the tooltip. */
  readonly shortcut?: Shortcut;
  /** A key that presses it where the focus is now, only shown: Enter in a form. */
  readonly hint?: string;
  /** For a button that shows only an icon: its name, read out and shown in the tooltip. */
  readonly label?: string;
  readonly icon?: ReactNode;
  /** Where the tooltip goes when the button stands near an edge. */
  readonly tip?: 'above' | 'below' | 'below-end';
  /** As wide as its column. */
  readonly wide?: boolean;
  readonly type?: 'button' | 'submit';
  /** Cannot be pressed yet; what is missing stands beside it. */
  readonly disabled?: boolean;
  /** Takes the focus when it appears. */
  readonly focused?: boolean;
};

/** A button with its key. Native: it needs nothing of a widget library. */
export function Button(props: ButtonProps) {
  const { children, onPress, look = 'plain', shortcut, label, icon, tip = 'above', wide = false } = props;
  const bare = label !== undefined;
  useShortcut(shortcut, onPress);
  const className = [styles.button, styles[look], bare ? styles.bare : '', wide ? styles.wide : ''].join(' ');
  return (
    <Tip label={label} shortcut={shortcut ?? props.hint} place={tip} wide={wide}>
      <button
        type={props.type ?? 'button'}
        className={className}
        disabled={props.disabled}
        // It is what a screen begins with, as its heading would be elsewhere.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={props.focused}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        onClick={props.type === 'submit' ? undefined : onPress}
      >
        {icon}
        {bare ? null : <span className={styles.text}>{children}</span>}
      </button>
    </Tip>
  );
}
