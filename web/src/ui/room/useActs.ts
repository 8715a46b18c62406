import { useEffect, useMemo, useRef, type RefObject } from 'react';
import type { WritingState } from './composing/useWriting';
import type { Dialog } from './Dialogs';
import { actOnFile } from './files/actOnFile';
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
  const { verbs, state } = useScene();
  const latest = useRef({ ...given, verbs, entries: state.entries });
  useEffect(() => {
    latest.current = { ...given, verbs, entries: state.entries };
  });
  return useMemo(
    () => ({
      menu: (id, beside) => latest.current.setDialog({ is: 'menu', id, beside, begin: 'menu' }),
      pick: (id, beside) => latest.current.setDialog({ is: 'menu', id, beside, begin: 'all' }),
      reply: (id) => latest.current.writing.reply(id),
      react: (id, emoji, on) => void latest.current.verbs.react(id, emoji, on),
      jump: (id) => void latest.current.timeline.current?.jump(id),
      file: (id, act) => {
        const { entries, verbs: does, setDialog } = latest.current;
        const asks = actOnFile(id, act, entries, does);
        if (asks !== null) setDialog({ is: 'file', id, asks });
      },
      who: (id) => latest.current.setDialog({ is: 'receipts', id }),
    }),
    [],
  );
}
