import { use, useEffect, useRef, useState } from 'react';
import type { EventId } from '../../protocol/ids';
import type { RoomState } from '../../session/room-model';
import { GATHER_MS, Polite } from '../parts/Announcer';
import { useRoomWords } from '../words/useRoomWords';
import { peopleNews, textNews, type Around } from './announcing';
import { CompanyContext, useScene } from './scene';

const silent = { turn: 0, text: '' };

/** Speaks to screen readers by itself: what others say, who comes and leaves. Who is writing is not told. */
export function RoomAnnouncer() {
  const { state } = useScene();
  const texts = useTexts(state);
  const people = usePeople(state);
  return (
    <>
      <Polite {...texts} />
      <Polite {...people} />
    </>
  );
}

const lastOf = ({ entries }: RoomState): EventId | null => (entries.length === 0 ? null : entries.idAt(entries.length - 1));

function useTexts(state: RoomState) {
  const words = useRoomWords();
  const company = use(CompanyContext);
  const said = useRef(lastOf(state));
  const [told, setTold] = useState(silent);
  const last = lastOf(state);
  useEffect(() => {
    if (last === said.current) return undefined;
    const timer = setTimeout(() => {
      const text = textNews(state.entries, said.current, company, words);
      said.current = last;
      if (text !== null) setTold(({ turn }) => ({ turn: turn + 1, text }));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [last, state.entries, company, words]);
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
