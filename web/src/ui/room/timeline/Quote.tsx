import { CornerUpLeft } from 'lucide-react';
import { useMemo } from 'react';
import type { RoomQuote } from '../../../session/room-model';
import { Hidden } from '../../parts/Hidden';
import { useRoomWords } from '../../words/useRoomWords';
import { plainWords } from '../markdown/tree';
import { useCompany } from '../scene';
import { useActs } from './acts';
import styles from './Quote.module.css';

/** So much of a text is quoted, in code units; the eye gets two lines of it. */
const MOST_QUOTED = 240;

/** What a text answers, and the way there. */
export function Quote({ quote, tabStop }: { readonly quote: RoomQuote; readonly tabStop: boolean }) {
  const words = useRoomWords();
  const acts = useActs();
  const { nameOf, self, hidden } = useCompany();
  const { author, text, files } = quote;
  const plain = useMemo(() => (text === null ? '' : plainWords(text).slice(0, MOST_QUOTED)), [text]);
  if (author === null || text === null)
    return (
      <p className={styles.quote}>
        <span className={styles.gone}>{words.quoteGone}</span>
      </p>
    );
  const who = author === self ? words.you : nameOf(author);
  return (
    <button
      type="button"
      className={styles.quote}
      tabIndex={tabStop ? 0 : -1}
      title={words.quoteGo}
      onClick={() => acts.jump(quote.id)}
    >
      <span className={styles.who}>
        <Hidden>{words.quote} </Hidden>
        <CornerUpLeft size={13} aria-hidden="true" /> <bdi>{who}</bdi>
      </span>
      <span className={styles.text} dir="auto">
        {hidden.has(author) ? words.hiddenText(who) : plain || (files ? words.files.one : words.quoteGone)}
      </span>
    </button>
  );
}
