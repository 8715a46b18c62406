import { Check as Good, Ellipsis, Minus, TriangleAlert, X } from 'lucide-react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { findingNames } from '../../protocol/diagnosis';
import type { Found } from '../../session/model';
import buttons from '../parts/Button.module.css';
import dialog from '../parts/Dialog.module.css';
import { Copy } from '../parts/Invite';
import { useDoctorWords } from '../words/useDoctorWords';
import styles from './Check.module.css';
import { Outcome } from './Outcome';
import { useExamination, type Examination } from './useExamination';

/** The check, begun when it is opened. */
export function Check({ onClose }: { readonly onClose: () => void }) {
  return <CheckDialog examination={useExamination()} onClose={onClose} />;
}

/** An examination in full: what came of it, each thing that was looked at, and the report to pass on. */
export function CheckDialog({
  examination,
  onClose,
}: {
  readonly examination: Examination;
  readonly onClose: () => void;
}) {
  const words = useDoctorWords();
  const { examined, failed, found, again } = examination;
  return (
    <ModalOverlay
      className={dialog.veil ?? ''}
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className={dialog.modal ?? ''}>
        <Dialog className={dialog.dialog ?? ''}>
          <div className={dialog.head}>
            <Heading slot="title" className={dialog.title ?? ''}>
              {words.title}
            </Heading>
            <Button
              className={`${buttons.button} ${buttons.quiet} ${buttons.bare}`}
              aria-label={words.close}
              onPress={onClose}
            >
              <X size={20} />
            </Button>
          </div>
          <div className={styles.result}>
            <Outcome examination={examination} />
          </div>
          <ul className={styles.list} aria-label={words.list}>
            {findingNames.map((name) => (
              <Row key={name} name={name} found={found.get(name)} over={examined !== null || failed} />
            ))}
          </ul>
          {examined === null && !failed ? null : (
            <div className={`${dialog.answers} ${styles.answers}`}>
              <Button className={`${buttons.button} ${buttons.plain} ${buttons.wide}`} onPress={again}>
                {words.again}
              </Button>
              {examined === null ? null : (
                <Copy text={examined.report} look="plain">
                  {words.copy}
                </Copy>
              )}
            </div>
          )}
          {examined === null ? null : <p className={styles.note}>{words.copyNote}</p>}
        </Dialog>
      </Modal>
    </ModalOverlay>
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

const signs = { good: Good, bad: TriangleAlert, neither: Minus, pending: Ellipsis };

/** The words say what it is; the sign and its colour only how it is. */
function lookOf(name: Found['finding'], state: Found['state']): 'good' | 'bad' | 'neither' {
  if (name === 'relayOnly' || state === 'unknown' || state === 'absent') return 'neither';
  return state === 'yes' || state === 'open' || state === 'same' ? 'good' : 'bad';
}
