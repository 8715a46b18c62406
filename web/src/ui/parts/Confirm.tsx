import { Button as AriaButton, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import styles from './Dialog.module.css';
import buttons from './Button.module.css';

/** A question that must be answered before something is gone for good. */
export function Confirm({
  title,
  text,
  yes,
  no,
  onYes,
  onNo,
}: {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}) {
  return (
    <ModalOverlay
      className={styles.veil ?? ''}
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onNo())}
    >
      <Modal className={`${styles.modal} ${styles.narrow}`}>
        <Dialog className={styles.dialog ?? ''} role="alertdialog">
          <Heading slot="title" className={styles.title ?? ''}>
            {title}
          </Heading>
          <p className={styles.text}>{text}</p>
          <div className={styles.answers}>
            <AriaButton className={`${buttons.button} ${buttons.plain}`} onPress={onNo} autoFocus>
              {no}
            </AriaButton>
            <AriaButton className={`${buttons.button} ${buttons.primary}`} onPress={onYes}>
              {yes}
            </AriaButton>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
