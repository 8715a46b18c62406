import { ShieldQuestionMark } from 'lucide-react';
import type { RefObject } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import type { SessionState } from '../../session/model';
import { Mark } from '../parts/Mark';
import { useWords } from '../words/useWords';
import styles from './ConnectionAbout.module.css';
import { markFor } from './ConnectionBadge';

/** The popover of the badge: which way the words take, and that nobody has verified anybody. */
export function ConnectionAbout({
  state,
  trigger,
  onClose,
}: {
  readonly state: Extract<SessionState, { at: 'talking' }>;
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}) {
  const { path } = useWords();
  const way = path[state.path];
  return (
    <Popover
      className={styles.popover ?? ''}
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => (open ? undefined : onClose())}
      placement="bottom start"
      offset={6}
    >
      <Dialog className={styles.dialog ?? ''} aria-label={path.about}>
        <section className={styles.part}>
          <Mark link={markFor({ peer: state.peer === 'unsteady' ? 'unsteady' : 'here', path: state.path })} size={24} />
          <div>
            <h2 className={styles.title}>{way.title}</h2>
            <p>{way.text}</p>
          </div>
        </section>
        <section className={styles.part}>
          <ShieldQuestionMark size={24} strokeWidth={1.75} aria-hidden="true" />
          <div>
            <h2 className={styles.title}>{path.notVerifiedTitle}</h2>
            <p>{path.notVerifiedText}</p>
          </div>
        </section>
      </Dialog>
    </Popover>
  );
}
