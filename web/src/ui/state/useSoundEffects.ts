import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../session/model';
import { createSounds, soundFor, type Hearable } from './sounds';
import { usePreferencesStore } from './preferences';

/** Lets changes of the session be heard. */
export function useSoundEffects(state: SessionState): void {
  const store = usePreferencesStore();
  const [sounds] = useState(() => createSounds(() => store.get().sounds));
  const before = useRef<Hearable>(hearable(state));
  useEffect(() => {
    const after = hearable(state);
    const sound = soundFor(before.current, after);
    before.current = after;
    // Whoever looks at the conversation sees a message come.
    if (sound === null || (sound === 'message' && document.hasFocus())) return;
    sounds.play(sound);
  }, [state, sounds]);
}

function hearable(state: SessionState): Hearable {
  if (state.at !== 'talking') return { here: false, gone: state.at === 'waiting' || state.at === 'failed', theirs: 0 };
  return {
    here: state.peer !== 'left' && state.peer !== 'lost',
    gone: state.peer === 'left' || state.peer === 'lost',
    theirs: state.messages.filter((message) => message.from === 'them').length,
  };
}
