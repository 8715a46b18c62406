import { useEffect, useRef, useState } from 'react';
import type { Message, SessionState } from '../../session/model';
import { spokenChange } from '../state/spoken';
import { announcement } from '../talk/announcing';
import { useWords } from '../words/useWords';
import { Hidden } from './Hidden';

/** Messages that come within this time are read out together, in milliseconds. */
export const GATHER_MS = 400;

const none: readonly Message[] = [];

/**
 * The one place that speaks to screen readers by itself: changes of state at once, messages
 * gathered. Both regions are there from the start, as live regions must be.
 */
export function Announcer({ state }: { readonly state: SessionState }) {
  return (
    <>
      <StatusRegion state={state} />
      <MessageRegion messages={state.at === 'talking' ? state.messages : none} />
    </>
  );
}

function StatusRegion({ state }: { readonly state: SessionState }) {
  const words = useWords();
  const [before, setBefore] = useState(state);
  const [said, setSaid] = useState('');
  if (before !== state) {
    setBefore(state);
    const next = spokenChange(before, state, words);
    if (next !== null) setSaid(next);
  }
  return (
    <Hidden>
      <span role="status" aria-atomic="true">
        {said}
      </span>
    </Hidden>
  );
}

function MessageRegion({ messages }: { readonly messages: readonly Message[] }) {
  const words = useWords();
  const said = useRef(messages.length);
  const [text, setText] = useState({ turn: 0, text: '' });
  useEffect(() => {
    if (messages.length < said.current) said.current = messages.length;
    if (messages.length === said.current) return undefined;
    const timer = setTimeout(() => {
      const next = announcement(messages.slice(said.current), words);
      said.current = messages.length;
      if (next !== null) setText(({ turn }) => ({ turn: turn + 1, text: next }));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [messages, words]);
  return <Polite {...text} />;
}

/**
 * A region that screen readers follow. It has to be there before its first words.
 * @param turn - counts the announcements: the same words twice are read twice, since the element is a new one.
 */
export function Polite({ turn, text }: { readonly turn: number; readonly text: string }) {
  return (
    <Hidden>
      <span aria-live="polite" aria-atomic="true">
        <span key={turn}>{text}</span>
      </span>
    </Hidden>
  );
}
