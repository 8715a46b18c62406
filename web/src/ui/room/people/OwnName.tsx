import { useState } from 'react';
import { Button } from '../../parts/Button';
import { useRoomWords } from '../../words/useRoomWords';
import { MOST_NAME_CHARACTERS, tidyName } from '../naming';
import { useScene } from '../scene';
import styles from './OwnName.module.css';

/** How the own person is called; empty is a choice, too. */
export function OwnName({ name }: { readonly name: string }) {
  const { naming } = useRoomWords();
  const { verbs } = useScene();
  const [text, setText] = useState(name);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (tidyName(text) !== name) verbs.rename(tidyName(text));
      }}
    >
      <label className={styles.label} htmlFor="change-name">
        {naming.label}
      </label>
      <input
        id="change-name"
        className={styles.field}
        value={text}
        maxLength={MOST_NAME_CHARACTERS}
        placeholder={naming.placeholder}
        autoComplete="nickname"
        dir="auto"
        aria-describedby="change-name-about"
        onChange={(event) => setText(event.target.value)}
      />
      <p className={styles.about} id="change-name-about">
        {naming.changeText}
      </p>
      <Button type="submit" hint="Enter" disabled={tidyName(text) === tidyName(name)} onPress={() => undefined}>
        {naming.save}
      </Button>
    </form>
  );
}
