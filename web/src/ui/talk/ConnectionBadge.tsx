import { Suspense, useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../session/model';
import { lazyPart } from '../parts/lazyPart';
import { Mark, type MarkLink } from '../parts/Mark';
import { SCREEN_HEADING } from '../parts/ScreenHeading';
import { Tip } from '../parts/Tip';
import { useShortcut } from '../state/keys';
import { useWords } from '../words/useWords';
import styles from './ConnectionBadge.module.css';

type Talking = Extract<SessionState, { at: 'talking' }>;

const aboutPart = lazyPart(async () => (await import('./ConnectionAbout')).ConnectionAbout);
const ConnectionAbout = aboutPart.Part;

/** Who is there and how the two are joined; pressed, it explains both. */
export function ConnectionBadge({ state }: { readonly state: Talking }) {
  const { talk, path } = useWords();
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const over = state.peer === 'left' || state.peer === 'lost';
  useShortcut('Alt+I', () => setOpen(true));
  useEffect(() => aboutPart.preload(), []);
  const how = state.peer === 'here' ? path[state.path].short : path[state.peer];
  return (
    <>
      <h1 className={styles.heading} id={SCREEN_HEADING} tabIndex={-1}>
        <Tip shortcut="Alt+I" label={path.about} place="below" wide={false}>
          <button
            ref={trigger}
            type="button"
            className={styles.badge}
            aria-haspopup="dialog"
            aria-expanded={open}
            aria-keyshortcuts="Alt+I"
            onClick={() => setOpen(!open)}
          >
            <Mark link={markFor(state)} size={32} />
            <span className={styles.words}>
              <span className={styles.who}>{state.for === 'room' ? talk.room : talk.stranger}</span>
              <span className={styles.how} data-peer={state.peer}>
                {how}
                {over ? null : ` · ${path.notVerified}`}
              </span>
            </span>
          </button>
        </Tip>
      </h1>
      {open ? (
        <Suspense>
          <ConnectionAbout state={state} trigger={trigger} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** How the mark draws the connection. */
export function markFor(state: Pick<Talking, 'peer' | 'path'>): MarkLink {
  if (state.peer === 'unsteady') return 'unsteady';
  return state.peer === 'here' ? state.path : 'gone';
}
