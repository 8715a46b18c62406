import { Check } from 'lucide-react';
import type { ConnectStep, EpochMs, Purpose } from '../../session/model';
import { Button } from '../parts/Button';
import { Hidden } from '../parts/Hidden';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { stepOrder } from '../parts/TwoPoints';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useWords } from '../words/useWords';
import styles from './Connecting.module.css';

/** On the way to somebody, step by step. */
export function Connecting(props: {
  readonly purpose: Purpose;
  readonly step: ConnectStep;
  readonly since: EpochMs;
  readonly slow: boolean;
}) {
  const { connecting } = useWords();
  const session = useSession();
  const met = stepOrder.indexOf(props.step) >= stepOrder.indexOf('exchanging');
  const heading = met ? connecting.strangerHeading : connecting.firstHeading;
  return (
    <>
      <ScreenHeading>{props.purpose === 'room' ? connecting.roomHeading : heading}</ScreenHeading>
      <ol className={styles.steps} aria-label={connecting.stepsLabel}>
        {stepOrder.map((step) => (
          <Step key={step} step={step} now={props.step} />
        ))}
      </ol>
      {props.slow ? <Slow since={props.since} /> : null}
      <div className={`${prose.actions} ${prose.row}`}>
        <Button shortcut="Escape" onPress={() => session.leave()}>
          {connecting.cancel}
        </Button>
      </div>
    </>
  );
}

function Step({ step, now }: { readonly step: ConnectStep; readonly now: ConnectStep }) {
  const { connecting } = useWords();
  const order = stepOrder.indexOf(step) - stepOrder.indexOf(now);
  const state = order < 0 ? 'done' : order === 0 ? 'now' : 'later';
  return (
    <li className={styles.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <span className={styles.sign} aria-hidden="true">
        {state === 'done' ? <Check size={16} strokeWidth={2.5} /> : <span className={styles.dot} />}
      </span>
      {connecting.steps[step]}
      {state === 'done' ? <Hidden>, {connecting.done}</Hidden> : null}
    </li>
  );
}

function Slow({ since }: { readonly since: EpochMs }) {
  const { connecting, formats } = useWords();
  const now = useNow();
  return (
    <p className={styles.slow}>
      {connecting.slow} <span className={styles.time}>{formats.elapsed(now - since)}</span>
    </p>
  );
}
