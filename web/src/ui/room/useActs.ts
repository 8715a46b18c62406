import { useEffect, useMemo, useRef, type RefObject } from 'react';
import type { WritingState } from './composing/useWriting';
import type { Dialog } from './Dialogs';
import { useScene } from './scene';
import type { Acts } from './timeline/acts';
import type { TimelineHandle } from './timeline/Timeline';

type Given = {
  readonly timeline: RefObject<TimelineHandle | null>;
  readonly writing: WritingState;
  readonly setDialog: (dialog: Dialog) => void;
};

/** What the timeline's lines can ask for: one object that stays, so that a line is drawn anew only when it changes. */
export function useActs(given: Given): Acts {
  const { verbs } = useScene();
  const latest = useRef({ ...given, verbs });
  useEffect(() => {
    latest.current = { ...given, verbs };
  });
  return useMemo(
    () => ({
      menu: (id, beside) => latest.current.setDialog({ is: 'menu', id, beside, begin: 'menu' }),
      pick: (id, beside) => latest.current.setDialog({ is: 'menu', id, beside, begin: 'all' }),
      reply: (id) => latest.current.writing.reply(id),
      react: (id, emoji, on) => void latest.current.verbs.react(id, emoji, on),
      jump: (id) => void latest.current.timeline.current?.jump(id),
      who: (id) => latest.current.setDialog({ is: 'receipts', id }),
    }),
    [],
  );
}
