import { use, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { EventId } from '../../protocol/ids';
import type { RoomState } from '../../session/room-model';
import { GATHER_MS, Polite } from '../parts/Announcer';
import { useRoomWords } from '../words/useRoomWords';
import { peopleNews, textNews, type Around } from './announcing';
import { fileNews, stagesOf } from './files/fileNews';
import { useFileFormats } from './files/useFileFormats';
import { CompanyContext, useScene } from './scene';

const silent = { turn: 0, text: '' };

/** Speaks to screen readers by itself: what others say, who comes and leaves. Who is writing is not told. */
export function RoomAnnouncer() {
  const { state } = useScene();
  const texts = useTexts(state);
  const files = useFiles(state);
  const people = usePeople(state);
  return (
    <>
      <Polite {...texts} />
      <Polite {...files} />
      <Polite {...people} />
    </>
  );
}

const lastOf = ({ entries }: RoomState): EventId | null => (entries.length === 0 ? null : entries.idAt(entries.length - 1));

function useTexts(state: RoomState) {
  const words = useRoomWords();
  const company = use(CompanyContext);
  const said = useRef(lastOf(state));
  return useNews(() => {
    const last = lastOf(state);
    if (last === said.current) return null;
    const text = textNews(state.entries, said.current, company, words);
    said.current = last;
    return text;
  });
}

function useFiles({ entries }: RoomState) {
  const words = useRoomWords();
  const formats = useFileFormats();
  const company = use(CompanyContext);
  const [atFirst] = useState(() => stagesOf(entries));
  const known = useRef(atFirst);
  return useNews(() => {
    const text = fileNews(known.current, entries, company, words, formats);
    known.current = stagesOf(entries);
    return text;
  });
}

/**
 * What is told some time after something was drawn anew, of all that changed until then. It does not wait for a pause: while
 * files come there is none.
 *
 * @param news - what is to be told since it was asked last, or null.
 */
function useNews(news: () => string | null) {
  const [told, setTold] = useState(silent);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useEffectEvent(() => {
    const text = news();
    if (text !== null) setTold(({ turn }) => ({ turn: turn + 1, text }));
  });
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      tell();
    }, GATHER_MS);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return told;
}

function usePeople({ members, line, waits, tampered }: RoomState) {
  const words = useRoomWords();
  const company = use(CompanyContext);
  // Who comes into a room that waits, or that was tampered with, is told so at first.
  const known = useRef<Around>({ members, line, waits: null, tampered: false });
  const [told, setTold] = useState(silent);
  useEffect(() => {
    const timer = setTimeout(() => {
      const now = { members, line, waits, tampered };
      const text = peopleNews(known.current, now, company, words);
      known.current = now;
      if (text !== null) setTold(({ turn }) => ({ turn: turn + 1, text }));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [members, line, waits, tampered, company, words]);
  return told;
}
