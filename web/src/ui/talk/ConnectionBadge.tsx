import { Suspense, useEffect, useId } from 'react';
import type { Line, SessionState } from '../../session/model';
import { lazyPart } from '../parts/lazyPart';
import { Mark, type MarkLink } from '../parts/Mark';
import { SCREEN_HEADING } from '../parts/ScreenHeading';
import { Tip } from '../parts/Tip';
import { Shield } from '../safety/Shield';
import { useShortcut } from '../state/keys';
import { useLaterWords } from '../words/useLaterWords';
import styles from './ConnectionBadge.module.css';
import { useLine } from './useLine';

type Talking = Extract<SessionState, { at: 'talking' }>;

const aboutPart = lazyPart(async () => (await import('./ConnectionAbout')).ConnectionAbout);
const ConnectionAbout = aboutPart.Part;

/**
 * Who is there, whether they are verified, and how the two are joined: always to be seen. Pressed, it shows the
 * pictures to compare, and explains the rest.
 */
export function ConnectionBadge({
  state,
  open,
  onOpen,
}: {
  readonly state: Talking;
  /** Whether what it explains is shown. */
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}) {
  const { path, safety, talk } = useLaterWords();
  useShortcut('Alt+I', () => onOpen(true));
  useEffect(() => aboutPart.preload(), []);
  const line = useLine();
  const by = useId();
  const how = state.peer === 'here' ? path[state.path].short : path[state.peer];
  const { verified } = state.safety;
  return (
    <>
      <h1 className={styles.heading} id={SCREEN_HEADING} tabIndex={-1}>
        <Tip shortcut="Alt+I" label={path.about} place="below" wide={false}>
          <button
            type="button"
            className={styles.badge}
            aria-haspopup="dialog"
            aria-expanded={open}
            aria-keyshortcuts="Alt+I"
            aria-describedby={by}
            onClick={() => onOpen(!open)}
          >
            <Mark link={markFor(state)} size={32} />
            <span className={styles.words}>
              <span className={styles.who}>{talk.stranger}</span>{' '}
              <span className={styles.how}>
                <span className={styles.safety} data-verified={verified}>
                  <Shield verified={verified} size={14} />
                  {safety.verified[verified].short}
                </span>
                {' · '}
                <span data-peer={state.peer}>{how}</span>
                {state.peer === 'here' && line?.path === state.path ? <Measured line={line} /> : null}
              </span>
            </span>
            <span id={by} hidden>
              {line === null ? null : path.carrierText(line)}
            </span>
          </button>
        </Tip>
      </h1>
      {open ? (
        <Suspense>
          <ConnectionAbout state={state} line={line} onClose={() => onOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** How long there and back takes, and what carries it: to look at. A name that changed every few seconds would be read out again. */
function Measured({ line: { roundTripMs, carrier } }: { readonly line: Line }) {
  const { path } = useLaterWords();
  const parts = [roundTripMs === null ? null : path.trip(roundTripMs), carrier === null ? null : path.carriers[carrier]];
  return (
    <span aria-hidden="true" className={styles.measured}>
      {parts.map((part) => (part === null ? '' : ` · ${part}`)).join('')}
    </span>
  );
}

/** How the mark draws the connection. */
export function markFor(state: Pick<Talking, 'peer' | 'path'>): MarkLink {
  if (state.peer === 'unsteady' || state.peer === 'reconnecting') return 'unsteady';
  return state.peer === 'here' ? state.path : 'gone';
}
