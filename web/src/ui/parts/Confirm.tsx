import { Button } from 'react-aria-components';
import buttons from './Button.module.css';
import { Sheet, SheetTitle } from './Sheet';
import styles from './Sheet.module.css';

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
    <Sheet onClose={onNo} asks>
      <SheetTitle>{title}</SheetTitle>
      <p className={styles.text}>{text}</p>
      <div className={styles.answers}>
        <Button className={`${buttons.button} ${buttons.plain}`} onPress={onNo} autoFocus>
          {no}
        </Button>
        <Button className={`${buttons.button} ${buttons.primary}`} onPress={onYes}>
          {yes}
        </Button>
      </div>
    </Sheet>
  );
}
