import { useState } from 'react';
import { Button } from '../../parts/Button';
import { usePreferences, usePreferencesStore } from '../../state/preferences';
import { useRoomWords } from '../../words/useRoomWords';
import { MOST_NAME_CHARACTERS, tidyName } from '../naming';
import { useScene } from '../scene';
import styles from './NameAsk.module.css';

/** Asks once what the person wants to be called, above the composer; nobody has to answer. */
export function NameAsk() {
  const { naming } = useRoomWords();
  const { state, verbs } = useScene();
  const { nameAsked } = usePreferences();
  const store = usePreferencesStore();
  const [name, setName] = useState('');
  const self = state.members.find((member) => member.self);
  if (nameAsked || self === undefined || self.name !== '') return null;
  const done = () => store.set({ nameAsked: true });
  return (
    <form
      className={styles.ask}
      onSubmit={(event) => {
        event.preventDefault();
        if (tidyName(name) !== '') verbs.rename(tidyName(name));
        done();
      }}
    >
      <div className={styles.head}>
        <label className={styles.label} htmlFor="own-name">
          {naming.title}
        </label>
        <Button look="quiet" onPress={done}>
          {naming.skip}
        </Button>
      </div>
      <div className={styles.row}>
        <input
          id="own-name"
          className={styles.field}
          value={name}
          maxLength={MOST_NAME_CHARACTERS}
          placeholder={naming.placeholder}
          autoComplete="nickname"
          dir="auto"
          aria-describedby="own-name-about"
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" hint="Enter" onPress={() => undefined}>
          {naming.set}
        </Button>
      </div>
      <p className={styles.about} id="own-name-about">
        {naming.text}
      </p>
    </form>
  );
}
