import { ArrowUp } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { Button } from '../parts/Button';
import { usePreferences } from '../state/preferences';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Composer.module.css';
import { roomFor } from './length';
import { sends } from './sends';

type Props = {
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** Sends it, or answers why not, in words. */
  readonly send: (text: string) => string | null;
  readonly onSent: () => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Gets keys before the composer does; what it prevents is not the composer's. */
  readonly onKey?: (event: KeyboardEvent) => void;
  /** What the button says, if the text is not a new message. */
  readonly label?: string;
  /** Stands in the box above the text: what it answers. */
  readonly children?: ReactNode;
  /** Stands before the text: what else can be sent. */
  readonly lead?: ReactNode;
};

/** Where a message is written. A text that was refused stays, with the reason under it. */
export function Composer(props: Props) {
  const { draft, onDraft, onSent, field, onKey, label, children, lead } = props;
  const { talk } = useLaterWords();
  const { enterSends } = usePreferences();
  const [refusal, setRefusal] = useState<string | null>(null);
  const send = () => {
    const why = props.send(draft);
    setRefusal(why);
    if (why === null) {
      onDraft('');
      onSent();
    }
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onKey?.(event);
    if (event.defaultPrevented || !sends(event.nativeEvent, enterSends)) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.box} data-refused={refusal !== null}>
        {children}
        {lead}
        {/* The copy of the text behind the field gives the field its height. */}
        <div className={styles.grow} data-text={`${draft} `}>
          <textarea
            ref={field}
            className={styles.field}
            aria-label={talk.composer}
            aria-describedby="composer-says"
            placeholder={talk.placeholder}
            rows={1}
            dir="auto"
            enterKeyHint={enterSends ? 'send' : 'enter'}
            value={draft}
            onChange={(event) => {
              onDraft(event.target.value);
              setRefusal(null);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className={styles.send}>
          <Button
            look="primary"
            type="submit"
            label={label ?? talk.send}
            hint={enterSends ? 'Enter' : 'Ctrl+Enter'}
            icon={<ArrowUp size={20} strokeWidth={2.25} />}
            onPress={send}
          >
            {null}
          </Button>
        </div>
      </div>
      <div className={styles.below} id="composer-says">
        <Count draft={draft} />
        <p className={styles.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </form>
  );
}

function Count({ draft }: { readonly draft: string }) {
  const { talk } = useLaterWords();
  const room = roomFor(draft);
  if (room.kind === 'plenty') return null;
  return (
    <p className={styles.count} data-over={room.kind === 'over'}>
      {room.kind === 'over' ? talk.over(room.n) : talk.remaining(room.n)}
    </p>
  );
}
