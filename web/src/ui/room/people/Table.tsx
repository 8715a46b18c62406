import styles from './Table.module.css';

/** As many points have room around the lamp. */
const MOST = 8;

/**
 * The mark of a room: its lamp, and a point for everybody around it, filled for who is here. The first one, at the
 * bottom, is the own person. Words beside it say the same.
 */
export function Table({ here, away, size = 32 }: { readonly here: number; readonly away: number; readonly size?: number }) {
  const filled = Math.min(Math.max(here, 1), MOST);
  // Whoever sits alone sees a free seat.
  const all = Math.min(Math.max(filled + away, 2), MOST);
  return (
    <svg className={styles.table} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle className={styles.lamp} cx="16" cy="16" r="5" />
      {Array.from({ length: all }, (_, i) => {
        const angle = Math.PI / 2 + (i * 2 * Math.PI) / all;
        return (
          <circle
            // The points are alike; the place is what they are.
            // eslint-disable-next-line react/no-array-index-key
            key={i}
            className={i < filled ? styles.here : styles.away}
            cx={16 + 12 * Math.cos(angle)}
            cy={16 + 12 * Math.sin(angle)}
            r={i < filled ? 2.75 : 2.1}
          />
        );
      })}
    </svg>
  );
}
