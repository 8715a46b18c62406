import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../session/model';
import type { RoomCard } from '../../session/room-model';
import { createSounds, soundFor, type Hearable } from './sounds';
import { usePreferencesStore } from './preferences';
import { unreadOf } from './title';

/** Lets changes of the session be heard. */
export function useSoundEffects(state: SessionState, rooms: readonly RoomCard[]): void {
  const store = usePreferencesStore();
  const [sounds] = useState(() => createSounds(() => store.get().sounds));
  const before = useRef<Hearable>(hearable(state, rooms));
  useEffect(() => {
    const after = hearable(state, rooms);
    const sound = soundFor(before.current, after);
    const elsewhere = after.elsewhere > before.current.elsewhere;
    before.current = after;
    // Whoever looks at the conversation sees a message come.
    if (sound === null || (sound === 'message' && !elsewhere && document.hasFocus())) return;
    sounds.play(sound);
  }, [state, rooms, sounds]);
}

function hearable(state: SessionState, rooms: readonly RoomCard[]): Hearable {
  const shown = state.at === 'room' ? state.id : null;
  const elsewhere = unreadOf(rooms.filter(({ id }) => id !== shown));
  if (state.at === 'room') {
    const theirs = unreadOf(rooms) - elsewhere;
    return { here: state.line === 'here', gone: state.line === 'alone', theirs, elsewhere };
  }
  if (state.at !== 'talking') {
    return { here: false, gone: state.at === 'waiting' || state.at === 'failed', theirs: 0, elsewhere };
  }
  const here = state.peer !== 'left' && state.peer !== 'lost';
  const theirs = state.messages.filter((message) => message.from === 'them').length;
  return { here, gone: !here, theirs, elsewhere };
}
