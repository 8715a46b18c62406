import type { CSSProperties } from 'react';
import type { IdentityKey } from '../../../protocol/ids';
import { initial } from '../naming';
import styles from './Seat.module.css';

/** So many colours tell people apart; names do it for sure. */
const HUES = [28, 62, 108, 152, 196, 244, 292, 338] as const;

/** Somebody's place at the table: their letter, on a colour that goes with their key. Decoration: the name stands beside it. */
export function Seat({ id, name, away = false }: { readonly id: IdentityKey; readonly name: string; readonly away?: boolean }) {
  const hue = HUES[[...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % HUES.length];
  return (
    <span className={styles.seat} data-away={away} style={{ '--hue': hue } as CSSProperties} aria-hidden="true">
      {initial(name)}
    </span>
  );
}
