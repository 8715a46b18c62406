import { ExternalLink } from 'lucide-react';
import { memo } from 'react';
import type { Message } from '../../session/model';
import { Hidden } from '../parts/Hidden';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Bubble.module.css';
import { linkify, looksLikeCode } from './linkify';

/** One message: its text as it was written, addresses to follow, and what became of it. */
export const Bubble = memo(function Bubble({ message }: { readonly message: Message }) {
  const { talk } = useLaterWords();
  const code = looksLikeCode(message.text);
  return (
    <div className={styles.line} data-from={message.from} data-status={message.status}>
      <p className={`${styles.bubble} ${code ? styles.code : ''}`} dir={code ? 'ltr' : 'auto'}>
        <Text text={message.text} />
      </p>
      {message.status === 'failed' ? <p className={styles.failed}>{talk.failed}</p> : null}
    </div>
  );
});

function Text({ text }: { readonly text: string }) {
  const { newTab } = useLaterWords();
  return linkify(text).map((piece, i) =>
    piece.href === null ? (
      piece.text
    ) : (
      // The pieces of a text never change their order, so the place is their key.
      // eslint-disable-next-line react/no-array-index-key
      <a key={i} className={styles.link} href={piece.href} target="_blank" rel="noopener noreferrer" dir="ltr">
        {piece.text}
        <ExternalLink className={styles.away} size={13} aria-hidden="true" />
        <Hidden> ({newTab})</Hidden>
      </a>
    ),
  );
}
