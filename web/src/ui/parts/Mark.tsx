import styles from './Mark.module.css';

/** How the two points of the mark stand: apart, joined, joined through a third, loose, or alone. */
export type MarkLink = 'brand' | 'direct' | 'relayed' | 'unknown' | 'unsteady' | 'gone';

/**
 * The mark of Parley: two points with a light between them. In a conversation it shows how the two
 * are joined; the words beside it say the same.
 */
export function Mark({ link, size = 28 }: { readonly link: MarkLink; readonly size?: number }) {
  const gone = link === 'gone';
  return (
    <svg className={styles.mark} width={size} height={size} viewBox="0 0 28 28" aria-hidden="true">
      {link === 'direct' || link === 'relayed' ? <path className={styles.line} d="M5 14h18" /> : null}
      {link === 'unsteady' ? <path className={`${styles.line} ${styles.loose}`} d="M5 14h18" /> : null}
      {gone ? <circle className={styles.out} cx="14" cy="14" r="5" /> : null}
      {link === 'relayed' ? <circle className={styles.relay} cx="14" cy="14" r="4.5" /> : null}
      {gone || link === 'relayed' ? null : (
        <circle
          className={link === 'unsteady' ? `${styles.relay} ${styles.loose}` : styles.lamp}
          cx="14"
          cy="14"
          r="5.5"
        />
      )}
      <circle className={styles.point} cx="4" cy="14" r="3" />
      <circle className={gone ? styles.away : styles.point} cx="24" cy="14" r={gone ? 2.4 : 3} />
    </svg>
  );
}
