import { File, Folder } from 'lucide-react';
import type { RefObject } from 'react';
import { Dialog, Menu, MenuItem, Popover } from 'react-aria-components';
import { useRoomWords } from '../../words/useRoomWords';
import styles from '../timeline/MessageMenu.module.css';

type Props = {
  readonly beside: RefObject<HTMLElement | null>;
  readonly onFiles: () => void;
  readonly onFolder: () => void;
  readonly onClose: () => void;
};

/** Files, or a whole folder: browsers have a choice for each. */
export function AttachMenu({ beside, onFiles, onFolder, onClose }: Props) {
  const { attach } = useRoomWords().files;
  return (
    <Popover
      className={`${styles.popover} ${styles.small}`}
      isOpen
      triggerRef={beside}
      placement="top start"
      offset={8}
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Dialog className={styles.dialog ?? ''} aria-label={attach.open}>
        {/* It is why the menu was opened. */}
        {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
        <Menu className={styles.menu ?? ''} aria-label={attach.open} autoFocus="first" onClose={onClose}>
          <MenuItem className={styles.item ?? ''} onAction={onFiles}>
            <File size={18} aria-hidden="true" />
            {attach.files}
          </MenuItem>
          <MenuItem className={styles.item ?? ''} onAction={onFolder}>
            <Folder size={18} aria-hidden="true" />
            {attach.folder}
          </MenuItem>
        </Menu>
      </Dialog>
    </Popover>
  );
}
