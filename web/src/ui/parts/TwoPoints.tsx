import type { ConnectStep } from '../../session/model';
import styles from './TwoPoints.module.css';

/** Where the two points are on their way to each other. */
export type Meeting =
  /** Neither sits yet; the lamp is lit. */
  | { readonly at: 'apart' }
  /** You sit; the other seat is free. */
  | { readonly at: 'waiting' }
  /** You sit; they come nearer with each step. */
  | { readonly at: 'coming'; readonly step: ConnectStep }
  /** You sit; they are away and the lamp is out. */
  | { readonly at: 'broken' };

/** The steps in their order. */
export const stepOrder: readonly ConnectStep[] = ['signing-in', 'asking', 'exchanging', 'checking', 'opening'];

// The drawing is 480 × 300, the table's middle at 240, 150. Distances from that middle:
const SEAT = 126;
const DOOR = 222;
const TABLE = 96;

/** How far from the middle the other point stands: at the door before the first step, seated after the last. */
function distance(meeting: Meeting): number {
  if (meeting.at !== 'coming') return meeting.at === 'waiting' ? SEAT : DOOR;
  return DOOR - ((stepOrder.indexOf(meeting.step) + 1) * (DOOR - SEAT)) / stepOrder.length;
}

/** How much light falls on the table, as the radius of its pool. */
function light(meeting: Meeting): number {
  if (meeting.at === 'broken') return 0;
  if (meeting.at === 'coming') return 58 + stepOrder.indexOf(meeting.step) * 9;
  return meeting.at === 'waiting' ? 46 : 54;
}

/**
 * The one drawing of Parley: two points that find each other across a lamp-lit table, seen from
 * above. Screens change around it and it stays, so that the way from «alone» to «here» is one
 * movement. It is decoration: words beside it say the same.
 */
export function TwoPoints({ meeting }: { readonly meeting: Meeting }) {
  const they = distance(meeting);
  const me = meeting.at === 'apart' ? DOOR : SEAT;
  return (
    <div className={styles.scene} data-at={meeting.at}>
      <svg viewBox="0 0 480 300" aria-hidden="true" className={styles.drawing}>
        <defs>
          <radialGradient id="lamplight">
            <stop offset="0" className={styles.bright} />
            <stop offset="0.45" className={styles.warm} />
            <stop offset="1" className={styles.dim} />
          </radialGradient>
        </defs>
        <circle className={styles.pool} cx="240" cy="150" r="142" fill="url(#lamplight)" />
        <circle className={styles.table} cx="240" cy="150" r={TABLE} />
        <circle className={styles.lamp} cx="240" cy="150" r="1" style={{ scale: light(meeting) / 4 }} />
        {meeting.at === 'waiting' ? <circle className={styles.call} cx={240 + SEAT} cy="150" r="14" /> : null}
        {meeting.at === 'coming' ? <Way reached={stepOrder.indexOf(meeting.step)} /> : null}
        <circle className={styles.me} cx="240" cy="150" r="12" style={{ translate: `${-me}px` }} />
        <circle className={styles.them} cx="240" cy="150" r="11" style={{ translate: `${they}px` }} />
      </svg>
    </div>
  );
}

/** One tick for each step between the door and the seat. */
function Way({ reached }: { readonly reached: number }) {
  return stepOrder.map((step, i) => (
    <circle
      key={step}
      className={styles.tick}
      data-passed={i <= reached}
      cx={240 + DOOR - ((i + 1) * (DOOR - SEAT)) / stepOrder.length}
      cy="150"
      r="2"
    />
  ));
}
