import { RotateCw } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { ShortCode as Code } from '../../session/model';
import { Button } from '../parts/Button';
import { Hidden } from '../parts/Hidden';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import styles from './ShortCode.module.css';

/** The place of the second word. */
const LAST_PART = 2;

/** The code that is read aloud, from the press that asks for it to its end. */
export function ShortCode({
  code,
  copy,
}: {
  readonly code: Exclude<Code, { is: 'none' }>;
  /** The button that copies it. It is given, because the build would cut the first load in pieces to share it. */
  readonly copy: ReactNode;
}) {
  const { shortCode } = useLaterWords();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    // The button that asked for it went away with the focus in it.
    if (document.activeElement === document.body) card.current?.focus();
    if (code.is === 'ready') card.current?.scrollIntoView({ block: 'nearest' });
  }, [code.is]);
  return (
    <section ref={card} className={styles.card} aria-label={shortCode.title} tabIndex={-1}>
      {code.is === 'ready' ? <Ready code={code} copy={copy} /> : null}
      {/* Said when it changes; the code itself is not, it may be read at leisure. */}
      <p className={styles.status} role="status">
        {code.is === 'making' ? shortCode.making : null}
        {code.is === 'over' ? shortCode.over[code.why] : null}
        {code.is === 'failed' ? shortCode.failed : null}
        {code.is === 'ready' ? <Hidden>{shortCode.title}</Hidden> : null}
      </p>
      {code.is === 'over' || code.is === 'failed' ? <Again /> : null}
    </section>
  );
}

function Ready({ code, copy }: { readonly code: Extract<Code, { is: 'ready' }>; readonly copy: ReactNode }) {
  const { shortCode } = useLaterWords();
  const { formats } = useWords();
  const left = code.until - useNow();
  return (
    <>
      <h2 className={styles.title}>{shortCode.title}</h2>
      <p className={styles.code} dir="ltr" lang="en">
        {code.text.split('-').map((part, place) => (
          // Both words may be the same.
          // eslint-disable-next-line react/no-array-index-key
          <Part key={place} part={part} place={place} />
        ))}
      </p>
      <p className={styles.text}>{shortCode.text}</p>
      <div className={styles.foot}>
        <p className={styles.left} role="timer">
          {shortCode.left(formats.elapsed(left))}
        </p>
        {copy}
      </div>
    </>
  );
}

/** A part of the code: to the eye as it is typed, to a screen reader the number digit by digit. */
function Part({ part, place }: { readonly part: string; readonly place: number }) {
  return (
    <>
      {place === 0 ? null : <wbr />}
      <span aria-hidden="true">{place < LAST_PART ? `${part}-` : part}</span>
      <Hidden>{place === 0 ? [...part].join(' ') : part}. </Hidden>
    </>
  );
}

function Again() {
  const { shortCode } = useLaterWords();
  const session = useSession();
  return (
    <Button icon={<RotateCw size={18} />} shortcut="Alt+A" onPress={() => session.makeCode()}>
      {shortCode.again}
    </Button>
  );
}
