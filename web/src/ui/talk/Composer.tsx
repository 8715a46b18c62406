import { ArrowUp } from 'lucide-react';
import { useState, type KeyboardEvent, type RefObject } from 'react';
import type { SendRefusal } from '../../session/model';
import { Button } from '../parts/Button';
import { usePreferences } from '../state/preferences';
import { useSession } from '../state/useSession';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import styles from './Composer.module.css';
import { roomFor } from './length';
import { sends } from './sends';

/** Where a message is written. A text that was refused stays, with the reason under it. */
export function Composer({
  draft,
  onDraft,
  onSent,
  field,
}: {
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly onSent: () => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}) {
  const { talk } = useWords();
  const { refusals } = useLaterWords();
  const session = useSession();
  const { enterSends } = usePreferences();
  const [refusal, setRefusal] = useState<SendRefusal | null>(null);
  const send = () => {
    const result = session.send(draft);
    setRefusal(result.ok ? null : result.why);
    if (result.ok) {
      onDraft('');
      onSent();
    }
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!sends(event.nativeEvent, enterSends)) return;
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
            label={talk.send}
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
          {refusal === null ? null : refusals[refusal]}
        </p>
      </div>
    </form>
  );
}

function Count({ draft }: { readonly draft: string }) {
  const { talk } = useWords();
  const room = roomFor(draft);
  if (room.kind === 'plenty') return null;
  return (
    <p className={styles.count} data-over={room.kind === 'over'}>
      {room.kind === 'over' ? talk.over(room.n) : talk.remaining(room.n)}
    </p>
  );
}
