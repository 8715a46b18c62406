import { ShieldAlert } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { SessionState } from '../../session/model';
import buttons from '../parts/Button.module.css';
import sheet from '../parts/Sheet.module.css';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { Shield } from './Shield';
import { Signs } from './Signs';
import styles from './Verification.module.css';

type Props = {
  readonly state: Extract<SessionState, { at: 'talking' }>;
  /** The person saw the same on both screens, or takes back that they did. */
  readonly onDone: () => void;
  /** They saw something else. */
  readonly onDiffers: () => void;
};

/** What is verified of the other, and the pictures to do it with. */
export function Verification({ state, onDone, onDiffers }: Props) {
  const { safety } = useLaterWords();
  const words = safety.verified[state.safety.verified];
  return (
    <section className={styles.part} data-verified={state.safety.verified}>
      <h2 className={styles.title}>
        <Shield verified={state.safety.verified} size={24} />
        {words.title}
      </h2>
      <p>{words.text}</p>
      <Signs signs={state.safety.signs} />
      <Answer state={state} onDone={onDone} onDiffers={onDiffers} />
    </section>
  );
}

/** How to compare, and what was seen. None of the buttons has the focus: an Enter on its way answers nothing. */
function Answer({ state, onDone, onDiffers }: Props) {
  const { safety } = useLaterWords();
  const session = useSession();
  const answer = (same: boolean) => {
    session.verify(same);
    if (same || state.safety.verified !== 'no') onDone();
    else onDiffers();
  };
  if (state.peer === 'left' || state.peer === 'lost') return <p>{safety.gone}</p>;
  if (state.safety.verified !== 'no')
    return (
      <Button className={`${buttons.button} ${buttons.plain} ${styles.back}`} onPress={() => answer(false)}>
        {safety.takeBack}
      </Button>
    );
  return (
    <>
      <ul className={styles.how}>
        <li>{safety.how}</li>
        <li>{safety.notHere}</li>
        <li>{safety.noOtherWay}</li>
      </ul>
      <div className={`${sheet.answers} ${styles.answers}`}>
        <Button className={`${buttons.button} ${buttons.plain}`} onPress={() => answer(false)}>
          {safety.noMatch}
        </Button>
        <Button className={`${buttons.button} ${buttons.primary}`} onPress={() => answer(true)}>
          {safety.match}
        </Button>
      </div>
    </>
  );
}

/** The pictures were not the same: the advice is to leave, and that is one press. */
export function Mismatch({ onAgain }: { readonly onAgain: () => void }) {
  const { safety } = useLaterWords();
  const session = useSession();
  return (
    <section className={`${styles.part} ${styles.differs}`} role="alert">
      <h2 className={styles.title}>
        <ShieldAlert size={24} strokeWidth={1.75} aria-hidden="true" />
        {safety.mismatchTitle}
      </h2>
      <p>{safety.mismatch}</p>
      <div className={`${sheet.answers} ${styles.answers}`}>
        <Button className={`${buttons.button} ${buttons.quiet}`} onPress={onAgain}>
          {safety.lookAgain}
        </Button>
        <Button className={`${buttons.button} ${buttons.primary}`} onPress={() => session.leave()} autoFocus>
          {safety.leaveNow}
        </Button>
      </div>
    </section>
  );
}
