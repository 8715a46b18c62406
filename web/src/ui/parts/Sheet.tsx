import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import buttons from './Button.module.css';
import styles from './Sheet.module.css';

type SheetProps = {
  readonly onClose: () => void;
  /** Its name, where no {@link SheetHead} or {@link SheetTitle} gives it one. */
  readonly label?: string;
  /** True: a question that waits for an answer. */
  readonly asks?: boolean;
  /** True: along the side where lines begin, as high as the window. */
  readonly side?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
};

/** The frame of every dialog: over any screen, from below on a phone. Escape and a press beside it close it. */
export function Sheet({ onClose, label, asks = false, side = false, className = '', children }: SheetProps) {
  return (
    <ModalOverlay
      className={`${styles.veil} ${side ? styles.aside : ''}`}
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className={`${styles.modal} ${asks ? styles.narrow : ''} ${side ? styles.drawer : ''}`}>
        <Dialog
          className={`${styles.dialog} ${className}`}
          role={asks ? 'alertdialog' : 'dialog'}
          {...(label === undefined ? {} : { 'aria-label': label })}
        >
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What the dialog is called, to read and for screen readers. */
export function SheetTitle({ children }: { readonly children: string }) {
  return (
    <Heading slot="title" className={styles.title ?? ''}>
      {children}
    </Heading>
  );
}

type CloseProps = {
  /** What the button is called. */
  readonly close: string;
  readonly onClose: () => void;
};

/** The title of a dialog, and beside it what closes it. */
export function SheetHead({ title, ...close }: CloseProps & { readonly title: string }) {
  return (
    <div className={styles.head}>
      <SheetTitle>{title}</SheetTitle>
      <SheetClose {...close} />
    </div>
  );
}

/** Closes the dialog. */
export function SheetClose({ close, onClose, className = '' }: CloseProps & { readonly className?: string | undefined }) {
  return (
    <Button
      className={`${buttons.button} ${buttons.quiet} ${buttons.bare} ${className}`}
      aria-label={close}
      onPress={onClose}
    >
      <X size={20} />
    </Button>
  );
}
