import { ArrowDown } from 'lucide-react';
import { useImperativeHandle, useMemo, type Ref } from 'react';
import type { Message } from '../../session/model';
import { Button } from '../parts/Button';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Conversation.module.css';
import { Group } from './Group';
import { groupMessages } from './grouping';
import { useEnd } from './useEnd';
import { useReading } from './useReading';

/** What the screen around a conversation can tell it. */
export type ConversationHandle = {
  /** Shows the newest message. */
  toEnd(): void;
};

/** What was said, newest at the bottom. */
export function Conversation({
  messages,
  ref,
}: {
  readonly messages: readonly Message[];
  readonly ref: Ref<ConversationHandle>;
}) {
  const { talk } = useLaterWords();
  const { scroller, atEnd, toEnd } = useEnd();
  const reading = useReading(messages, atEnd);
  const groups = useMemo(() => groupMessages(messages, reading.unreadFrom), [messages, reading.unreadFrom]);
  useImperativeHandle(ref, () => ({ toEnd }), [toEnd]);
  return (
    <div className={styles.frame}>
      {/* A log that does not announce itself: Announcer reads new messages out, once. */}
      <div ref={scroller} className={styles.scroller} role="log" aria-label={talk.log} aria-live="off" tabIndex={0}>
        <ol className={styles.groups}>
          {groups.map((group) => (
            <Group key={group.id} group={group} />
          ))}
        </ol>
      </div>
      {atEnd ? null : (
        <div className={styles.jump}>
          <Button shortcut="Alt+ArrowDown" icon={<ArrowDown size={18} />} onPress={toEnd}>
            {reading.unread > 0 ? talk.unread(reading.unread) : talk.jump}
          </Button>
        </div>
      )}
    </div>
  );
}
