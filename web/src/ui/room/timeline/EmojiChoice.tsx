import { useState } from 'react';
import { Button, ListBox, ListBoxItem } from 'react-aria-components';
import buttons from '../../parts/Button.module.css';
import { useRoomWords } from '../../words/useRoomWords';
import styles from './EmojiChoice.module.css';
import { commonEmoji, oneEmoji } from './emoji';

/** The choice of emoji: a table of common ones, and a field that takes any. */
export function EmojiChoice({ onChoose }: { readonly onChoose: (emoji: string) => void }) {
  const { act } = useRoomWords();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const choose = () => {
    const emoji = oneEmoji(text);
    setWrong(emoji === null);
    if (emoji !== null) onChoose(emoji);
  };
  return (
    <div className={styles.choice}>
      <ListBox
        className={styles.table ?? ''}
        aria-label={act.emoji}
        layout="grid"
        // It is why the choice was opened.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus="first"
        onAction={(emoji) => onChoose(String(emoji))}
      >
        {commonEmoji.map((emoji) => (
          <ListBoxItem key={emoji} id={emoji} className={styles.emoji ?? ''} textValue={emoji}>
            {emoji}
          </ListBoxItem>
        ))}
      </ListBox>
      <form
        className={styles.any}
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <input
          className={styles.field}
          aria-label={act.anyEmoji}
          placeholder={act.anyEmoji}
          aria-invalid={wrong}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setWrong(false);
          }}
        />
        <Button type="submit" className={`${buttons.button} ${buttons.plain}`}>
          {act.anyEmojiSet}
        </Button>
        <p className={styles.wrong} role="alert">
          {wrong ? act.noEmoji : null}
        </p>
      </form>
    </div>
  );
}
