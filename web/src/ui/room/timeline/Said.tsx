import { Clock3, CornerUpLeft, Ellipsis, SmilePlus } from 'lucide-react';
import { memo, useMemo, useState, type MouseEvent, type ReactNode } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { RoomEntry } from '../../../session/room-model';
import { Hidden } from '../../parts/Hidden';
import { useRoomWords } from '../../words/useRoomWords';
import { useWords } from '../../words/useWords';
import { FileCard } from '../files/FileCard';
import { Markdown } from '../markdown/Markdown';
import { Seat } from '../people/Seat';
import { useCompany, useScene } from '../scene';
import { useActs } from './acts';
import { delivered } from './delivered';
import { longPress } from './longPress';
import { Quote } from './Quote';
import { Reactions } from './Reactions';
import styles from './Said.module.css';

/** A text of the timeline. */
export type SaidEntry = Extract<RoomEntry, { kind: 'text' }>;

type Props = {
  readonly entry: SaidEntry;
  /** It begins a stack of its author's, and ends it. */
  readonly head: boolean;
  readonly foot: boolean;
  /** Tab stops at it: one message of the list. */
  readonly tabStop: boolean;
  /** Somebody has just gone there. */
  readonly found: boolean;
};

/** The id of the element that holds a message, to be focused. */
export const elementOf = (id: EventId): string => `said-${id}`;

/** One text: who said it, to what, what it is now, and what became of it. */
export const Said = memo(function Said({ entry, head, foot, tabStop, found }: Props) {
  const { formats } = useWords();
  const words = useRoomWords();
  const { nameOf, hidden, self } = useCompany();
  const [shown, setShown] = useState(false);
  const mine = entry.author === self;
  const who = mine ? words.you : nameOf(entry.author);
  const veiled = hidden.has(entry.author) && !shown;
  const by = `by-${entry.id}`;
  const element = elementOf(entry.id);
  return (
    <div className={styles.said} data-mine={mine} data-head={head} data-foot={foot}>
      {head && !mine ? (
        <p className={styles.who}>
          <Seat id={entry.author} name={who} />
          <bdi className={styles.name}>{who}</bdi>
        </p>
      ) : null}
      {head && mine ? <Hidden>{words.you}</Hidden> : null}
      <span id={by} hidden>
        {who}, {formats.time(entry.at)}
      </span>
      {veiled ? (
        <Veiled element={element} by={by} tabStop={tabStop} who={who} onShow={() => setShown(true)} />
      ) : (
        <Line entry={entry} by={by} who={who} tabStop={tabStop} found={found} />
      )}
      {veiled || entry.reactions.length === 0 ? null : <Reactions entry={entry} tabStop={tabStop} />}
      {foot ? <Foot entry={entry} tabStop={tabStop} /> : null}
    </div>
  );
});

type LineProps = {
  readonly entry: SaidEntry;
  /** The element that says who said it, and when. */
  readonly by: string;
  readonly who: string;
  readonly tabStop: boolean;
  readonly found: boolean;
};

/** The bubble, and beside it, for a mouse, what is done most. */
function Line({ entry, by, who, tabStop, found }: LineProps) {
  const acts = useActs();
  const words = useRoomWords();
  const touch = useMemo(() => longPress((element) => acts.menu(entry.id, element)), [acts, entry.id]);
  const element = elementOf(entry.id);
  const here = entry.is === 'here';
  const file = here ? entry.file : null;
  return (
    <div className={styles.line} data-file={file !== null}>
      <div
        {...(here ? touch : {})}
        id={element}
        role="article"
        className={styles.bubble}
        data-is={entry.is}
        data-found={found}
        data-waiting={entry.delivery?.is === 'waiting'}
        tabIndex={tabStop ? 0 : -1}
        aria-labelledby={`${by} ${element}-text`}
        onContextMenu={here ? onContextMenu : undefined}
      >
        {here && entry.reply !== null ? <Quote quote={entry.reply} tabStop={tabStop} /> : null}
        <div id={`${element}-text`} className={styles.text}>
          {file === null ? null : <FileCard id={entry.id} file={file} who={who} tabStop={tabStop} />}
          {!here ? <Missing entry={entry} /> : entry.text === '' ? null : <Markdown text={entry.text} />}
        </div>
        {here && entry.edited ? <span className={styles.edited}>{words.edited}</span> : null}
      </div>
      {here ? (
        <div className={styles.acts}>
          <Act label={words.act.react} extra tabStop={tabStop} onPress={(at) => acts.pick(entry.id, at)}>
            <SmilePlus size={18} />
          </Act>
          <Act label={words.act.reply} extra tabStop={tabStop} onPress={() => acts.reply(entry.id)}>
            <CornerUpLeft size={18} />
          </Act>
          <Act label={words.act.more} tabStop={tabStop} onPress={(at) => acts.menu(entry.id, at)}>
            <Ellipsis size={18} />
          </Act>
        </div>
      ) : null}
    </div>
  );
}

/** On a phone a resting finger opens our menu, not the browser's; a mouse keeps its own. */
function onContextMenu(event: MouseEvent): void {
  if (matchMedia('(pointer: coarse)').matches && !(event.target as Element).closest('a')) event.preventDefault();
}

/** A button beside a bubble. Like all that is in a message, Tab reaches it in the message that it stops at. */
function Act({
  label,
  extra = false,
  tabStop,
  onPress,
  children,
}: {
  readonly label: string;
  readonly tabStop: boolean;
  readonly extra?: boolean;
  readonly onPress: (at: Element) => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={styles.act}
      data-extra={extra}
      tabIndex={tabStop ? 0 : -1}
      aria-label={label}
      title={label}
      onClick={(event) => onPress(event.currentTarget)}
    >
      {children}
    </button>
  );
}

/** What stands in the place of words that are not there any more. */
function Missing({ entry }: { readonly entry: SaidEntry }) {
  const words = useRoomWords();
  const { settings } = useScene().state;
  if (entry.is === 'deleted') return words.deleted;
  if (settings.keepSeconds > 0) return words.disappeared;
  return <span title={words.goneAbout}>{words.gone}</span>;
}

/** In the place of a text by somebody who is hidden here. */
function Veiled(props: {
  readonly element: string;
  readonly by: string;
  readonly tabStop: boolean;
  readonly who: string;
  readonly onShow: () => void;
}) {
  const words = useRoomWords();
  return (
    <div id={props.element} role="article" className={styles.veiled} tabIndex={props.tabStop ? 0 : -1} aria-labelledby={props.by}>
      {words.hiddenText(props.who)}{' '}
      <button type="button" className={styles.show} onClick={props.onShow}>
        {words.show}
      </button>
    </div>
  );
}

/** When it was said, and how far an own text has come. */
function Foot({ entry, tabStop }: { readonly entry: SaidEntry; readonly tabStop: boolean }) {
  const { formats } = useWords();
  const words = useRoomWords();
  const acts = useActs();
  return (
    <p className={styles.foot}>
      <time dateTime={new Date(entry.at).toISOString()}>{formats.time(entry.at)}</time>
      {entry.ahead ? (
        <span title={words.aheadAbout} className={styles.ahead}>
          {' · '}
          <Clock3 size={12} aria-hidden="true" /> {words.ahead}
        </span>
      ) : null}
      {entry.delivery === null || entry.is !== 'here' ? null : (
        <>
          {' · '}
          <button
            type="button"
            className={styles.delivery}
            tabIndex={tabStop ? 0 : -1}
            onClick={() => acts.who(entry.id)}
          >
            {delivered(entry.delivery, words)}
          </button>
        </>
      )}
    </p>
  );
}
