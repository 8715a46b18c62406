import { Check as Good, CircleAlert, Copy as CopySign, Ellipsis, Minus } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { Found } from '../../session/model';
import buttons from '../parts/Button.module.css';
import { Sheet, SheetHead } from '../parts/Sheet';
import sheet from '../parts/Sheet.module.css';
import { useCopy } from '../state/useCopy';
import { useDoctorWords } from '../words/useDoctorWords';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Check.module.css';
import { Outcome } from './Outcome';
import type { Examination } from './useExamination';

type Props = { readonly examination: Examination; readonly onClose: () => void };

/** An examination in full: what came of it, each thing that was looked at, and the report to pass on. */
export function Check({ examination, onClose }: Props) {
  const words = useDoctorWords();
  const { examined, failed, found, again } = examination;
  return (
    <Sheet onClose={onClose}>
      <SheetHead title={words.title} close={words.close} onClose={onClose} />
      <div className={styles.result}>
        <Outcome examination={examination} />
      </div>
      <ul className={styles.list} aria-label={words.list}>
        {words.findings.map((name) => (
          <Row key={name} name={name} found={found.get(name)} over={examined !== null || failed} />
        ))}
      </ul>
      {examined === null && !failed ? null : (
        <div className={`${sheet.answers} ${styles.answers}`}>
          <Button className={`${buttons.button} ${buttons.plain} ${buttons.wide}`} onPress={again}>
            {words.again}
          </Button>
          {examined === null ? null : <CopyReport report={examined.report} />}
        </div>
      )}
    </Sheet>
  );
}

/** Not the button of an invitation: what a dialog shares with the first load would become a file of its own. */
function CopyReport({ report }: { readonly report: string }) {
  const words = useDoctorWords();
  const { copy } = useLaterWords();
  const { result, copy: press } = useCopy(report);
  const copied = result === 'copied';
  return (
    <div>
      <Button className={`${buttons.button} ${buttons.plain} ${buttons.wide}`} onPress={press}>
        {copied ? <Good size={18} aria-hidden="true" /> : <CopySign size={18} aria-hidden="true" />}
        {words.copy}
      </Button>
      <p className={styles.note} role="status">
        {result === 'none' ? words.copyNote : copied ? copy.copied : copy.failed}
      </p>
    </div>
  );
}

type RowProps = {
  readonly name: Found['finding'];
  readonly found: Found | undefined;
  /** Nothing more will be found. */
  readonly over: boolean;
};

function Row({ name, found, over }: RowProps) {
  const words = useDoctorWords();
  const state = found?.state ?? (over ? 'unknown' : null);
  const look = state === null ? 'pending' : lookOf(name, state);
  const Sign = signs[look];
  return (
    <li className={styles.row} data-look={look}>
      <Sign size={18} aria-hidden="true" />
      <span className={styles.name}>{words.findingName(name)}</span>
      <span className={styles.state}>{state === null ? words.pending : words.findingState(name, state)}</span>
    </li>
  );
}

const signs = { good: Good, bad: CircleAlert, neither: Minus, pending: Ellipsis };

/** The words say what it is; the sign and its colour only how it is. */
function lookOf(name: Found['finding'], state: Found['state']): 'good' | 'bad' | 'neither' {
  if (name === 'relayOnly' || state === 'unknown' || state === 'absent') return 'neither';
  return state === 'yes' || state === 'open' || state === 'same' ? 'good' : 'bad';
}
