import { Unplug, TriangleAlert, LogOut } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { SessionState } from '../../session/model';
import { Button } from '../parts/Button';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import styles from './PeerNotice.module.css';

/** Above the composer when the other is not simply there: what that means and what is next. */
export function PeerNotice({ state }: { readonly state: Extract<SessionState, { at: 'talking' }> }) {
  const { talk: next } = useLaterWords();
  const { talk } = useWords();
  if (state.peer === 'here') return null;
  if (state.peer === 'unsteady' || state.peer === 'reconnecting')
    return <Notice kind="caution" icon={<TriangleAlert size={20} />} text={talk[state.peer]} />;
  if (state.peer === 'lost')
    return (
      <Notice kind="broken" icon={<Unplug size={20} />} text={talk.lost}>
        <Next again={next.lookAgain} />
      </Notice>
    );
  return (
    <Notice kind="plain" icon={<LogOut size={20} />} text={talk.left}>
      <Next again={next.findAnother} />
    </Notice>
  );
}

function Notice({
  kind,
  icon,
  text,
  children,
}: {
  readonly kind: 'plain' | 'caution' | 'broken';
  readonly icon: ReactNode;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  const notice = useRef<HTMLDivElement>(null);
  const final = children !== undefined;
  useEffect(() => {
    // The composer went away with the focus in it. The notice takes it, not its button: an Enter
    // that is on its way must not look for somebody else.
    if (final && document.activeElement === document.body) notice.current?.focus();
  }, [final]);
  return (
    <div ref={notice} className={styles.notice} data-kind={kind} tabIndex={-1}>
      <p className={styles.text}>
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
        {text}
      </p>
      {final ? <div className={styles.actions}>{children}</div> : null}
    </div>
  );
}

function Next({ again }: { readonly again: string }) {
  const { talk } = useLaterWords();
  const session = useSession();
  return (
    <>
      <Button look="primary" shortcut="Alt+N" onPress={() => session.find()}>
        {again}
      </Button>
      <Button look="quiet" shortcut="Alt+L" onPress={() => session.leave()}>
        {talk.backToStart}
      </Button>
    </>
  );
}
