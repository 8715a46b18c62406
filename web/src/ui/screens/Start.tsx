import { Suspense, useRef, useState } from 'react';
import { Boundary } from '../parts/Boundary';
import { Button } from '../parts/Button';
import { lazyPart } from '../parts/lazyPart';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { useShortcut } from '../state/keys';
import { useRooms, useSession } from '../state/useSession';
import { useWords } from '../words/useWords';
import styles from './Start.module.css';

// Only who has rooms loads their list.
const { Part: StartRooms } = lazyPart(async () => (await import('../rooms/StartRooms')).StartRooms);

/** The first screen: the three ways to somebody, and two plain lines for those who are new. */
export function Start() {
  const { start } = useWords();
  const session = useSession();
  const rooms = useRooms();
  return (
    <>
      <ScreenHeading>{start.heading}</ScreenHeading>
      <p className={prose.lead}>{start.lead}</p>
      <div className={`${prose.actions} ${styles.meet}`}>
        <Button look="primary" wide shortcut="Alt+N" onPress={() => session.find()}>
          {start.find}
        </Button>
        <Button wide shortcut="Alt+R" onPress={() => session.createRoom()}>
          {start.create}
        </Button>
      </div>
      <Join />
      {rooms.length === 0 ? null : (
        <Boundary otherwise={null}>
          <Suspense>
            <StartRooms rooms={rooms} />
          </Suspense>
        </Boundary>
      )}
      <p className={styles.honesty}>{start.honesty}</p>
    </>
  );
}

function Join() {
  const { start } = useWords();
  const session = useSession();
  const field = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState(false);
  useShortcut('Alt+J', () => field.current?.focus());
  const join = () => {
    const code = field.current?.value.trim() ?? '';
    setMissing(code === '');
    if (code === '') field.current?.focus();
    else session.enter(code);
  };
  return (
    <form
      className={styles.join}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        join();
      }}
    >
      <label className={styles.label} htmlFor="join">
        {start.joinLabel}
      </label>
      <div className={styles.row}>
        <input
          ref={field}
          id="join"
          className={styles.field}
          placeholder={start.joinPlaceholder}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          dir="ltr"
          aria-keyshortcuts="Alt+J"
          aria-invalid={missing}
          aria-describedby={missing ? 'join-missing' : undefined}
          onChange={() => setMissing(false)}
        />
        <Button type="submit" hint="Enter" onPress={join}>
          {start.join}
        </Button>
      </div>
      <p className={styles.missing} id="join-missing" role="alert">
        {missing ? start.joinEmpty : null}
      </p>
    </form>
  );
}
