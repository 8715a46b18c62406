import { Copy, CornerUpLeft, Info, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button, Dialog, Menu, MenuItem, Popover, Toolbar } from 'react-aria-components';
import { useRoomWords } from '../../words/useRoomWords';
import { EmojiChoice } from './EmojiChoice';
import { quickEmoji } from './emoji';
import styles from './MessageMenu.module.css';
import type { SaidEntry } from './Said';

/** What can be done with a message besides reacting. */
export type MessageAct = 'reply' | 'copy' | 'edit' | 'unsay' | 'who';

type Props = {
  readonly entry: SaidEntry;
  /** What can be done with this one. */
  readonly acts: readonly MessageAct[];
  /** Beside which it opens. */
  readonly beside: Element;
  /** `all`: begins with the choice of emoji. */
  readonly begin: 'menu' | 'all';
  readonly onAct: (act: MessageAct) => void;
  readonly onReact: (emoji: string, on: boolean) => void;
  readonly onClose: () => void;
};

const icons: Readonly<Record<MessageAct, ReactNode>> = {
  reply: <CornerUpLeft size={18} aria-hidden="true" />,
  copy: <Copy size={18} aria-hidden="true" />,
  edit: <Pencil size={18} aria-hidden="true" />,
  who: <Info size={18} aria-hidden="true" />,
  unsay: <Trash2 size={18} aria-hidden="true" />,
};

/** What can be done with a message: for a mouse beside it, for a finger that rests on it, for Enter. */
export function MessageMenu({ entry, acts, beside, begin, onAct, onReact, onClose }: Props) {
  const { act } = useRoomWords();
  const [all, setAll] = useState(begin === 'all');
  const react = (emoji: string) => {
    onReact(emoji, !entry.reactions.some((one) => one.emoji === emoji && one.mine));
    onClose();
  };
  return (
    <Popover
      className={styles.popover ?? ''}
      isOpen
      triggerRef={{ current: beside }}
      placement="bottom"
      offset={6}
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Dialog className={styles.dialog ?? ''} aria-label={all ? act.emoji : act.menu}>
        {all ? (
          <EmojiChoice onChoose={react} />
        ) : (
          <>
            <Quick entry={entry} onReact={react} onAll={() => setAll(true)} />
            {/* It is why the menu was opened. */}
            {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
            <Menu className={styles.menu ?? ''} aria-label={act.menu} autoFocus="first" onClose={onClose}>
              {acts.map((one) => (
                <MenuItem
                  key={one}
                  id={one}
                  className={styles.item ?? ''}
                  textValue={act[one]}
                  data-act={one}
                  onAction={() => onAct(one)}
                >
                  {icons[one]}
                  {act[one]}
                </MenuItem>
              ))}
            </Menu>
          </>
        )}
      </Dialog>
    </Popover>
  );
}

function Quick({
  entry,
  onReact,
  onAll,
}: {
  readonly entry: SaidEntry;
  readonly onReact: (emoji: string) => void;
  readonly onAll: () => void;
}) {
  const { act } = useRoomWords();
  const on = (emoji: string) => entry.reactions.some((one) => one.emoji === emoji && one.mine);
  return (
    <Toolbar className={styles.quick ?? ''} aria-label={act.quick}>
      {quickEmoji.map((emoji) => (
        <Button
          key={emoji}
          className={styles.emoji ?? ''}
          data-on={on(emoji)}
          aria-pressed={on(emoji)}
          aria-label={act.reactWith(emoji)}
          onPress={() => onReact(emoji)}
        >
          {emoji}
        </Button>
      ))}
      <Button className={`${styles.emoji} ${styles.more}`} aria-label={act.anyEmoji} onPress={onAll}>
        <Plus size={18} />
      </Button>
    </Toolbar>
  );
}
