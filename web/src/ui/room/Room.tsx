import { use, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { RoomEntries, RoomState, RoomVerbs } from '../../session/room-model';
import { Frame } from '../parts/Frame';
import { SCREEN_HEADING } from '../parts/ScreenHeading';
import { ClockContext } from '../state/clock';
import { useShortcut } from '../state/keys';
import { useSession } from '../state/useSession';
import { Alone, StillAlone } from './Alone';
import { RoomComposer } from './composing/RoomComposer';
import { Typing } from './composing/Typing';
import { useWriting, type WritingState } from './composing/useWriting';
import { Drafts } from './files/Drafts';
import { DropHere } from './files/DropHere';
import { usePicking, type Picking } from './files/usePicking';
import { Dialogs, type Dialog } from './Dialogs';
import { NameAsk } from './people/NameAsk';
import { PeoplePanel, useWide } from './people/PeoplePanel';
import styles from './Room.module.css';
import { RoomAnnouncer } from './RoomAnnouncer';
import { RoomTop, type TopPart } from './RoomTop';
import { CompanyContext, SceneContext, useCompanyOf, useScene } from './scene';
import { Tampered } from './Tampered';
import { ActsContext } from './timeline/acts';
import { lastEditable } from './timeline/allowed';
import { Timeline, type TimelineHandle } from './timeline/Timeline';
import { useActs } from './useActs';
import { Waits } from './Waits';

type Props = { readonly state: RoomState; readonly onSettings: () => void };

/** A room of many: what was said, where to write, and who is here. */
export function Room({ state, onSettings }: Props) {
  const { room: verbs } = useSession();
  const company = useCompanyOf(state.members);
  return verbs === null ? null : (
    <CompanyContext value={company}>
      <Scene key={state.id} state={state} verbs={verbs} onSettings={onSettings} />
    </CompanyContext>
  );
}

function Scene({ state, verbs, onSettings }: Props & { readonly verbs: RoomVerbs }) {
  const scene = useMemo(() => ({ state, verbs }), [state, verbs]);
  return (
    <SceneContext value={scene}>
      <RoomAnnouncer />
      <Inside onSettings={onSettings} />
    </SceneContext>
  );
}

function Inside({ onSettings }: { readonly onSettings: () => void }) {
  const { state } = useScene();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [people, setPeople] = useState(false);
  const wide = useWide();
  const timeline = useRef<TimelineHandle>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const writing = useWriting(state.id, state.entries, field);
  const picking = usePicking(state.id, state.waits === null, () => {
    // An edit takes no files.
    if (writing.writing.is === 'edit') writing.cancel();
    else field.current?.focus();
  });
  const acts = useActs({ timeline, writing, setDialog });
  useShortcut('Alt+,', onSettings);
  useShortcut('Alt+ArrowUp', () => timeline.current?.toNewest());
  const waiting = state.waits !== null;
  useEffect(() => {
    // Who waits has their focus on what they wait for.
    if (waiting) return;
    // A phone would throw its keyboard over the room; there the heading is enough.
    const finger = matchMedia('(pointer: coarse)').matches;
    const first = finger ? document.querySelector<HTMLElement>(`#${SCREEN_HEADING}`) : field.current;
    first?.focus();
  }, [waiting]);
  const open = (part: TopPart) => (part === 'people' ? setPeople((is) => !is) : setDialog({ is: part }));
  const alone = state.members.length <= 1;
  const quiet = !hasTexts(state.entries);
  return (
    <Frame top={<RoomTop onOpen={open} people={people} />}>
      <div className={styles.both}>
        <main className={styles.main}>
          {state.tampered ? <Tampered /> : null}
          {waiting ? (
            <Waits />
          ) : (
            <>
              {alone && !quiet ? <StillAlone onInvite={() => setDialog({ is: 'invite' })} /> : null}
              {alone && quiet ? (
                <Alone />
              ) : (
                <ActsContext value={acts}>
                  <Timeline ref={timeline} />
                </ActsContext>
              )}
              <Typing />
              <NameAsk />
              {state.drafts.length > 0 ? <Drafts /> : null}
              <Pen writing={writing} picking={picking} field={field} timeline={timeline} />
              {picking.over ? <DropHere /> : null}
            </>
          )}
        </main>
        {people ? (
          <PeoplePanel wide={wide} onInvite={() => setDialog({ is: 'invite' })} onClose={() => setPeople(false)} />
        ) : null}
      </div>
      <Dialogs
        dialog={dialog}
        onDialog={setDialog}
        writing={writing}
        onJump={(id) => timeline.current?.jump(id)}
        onSettings={onSettings}
      />
    </Frame>
  );
}

type PenProps = {
  readonly writing: WritingState;
  readonly picking: Picking;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly timeline: RefObject<TimelineHandle | null>;
};

/** The composer, with what it does to the room around it. */
function Pen({ writing, picking, field, timeline }: PenProps) {
  const { entries } = useScene().state;
  const { self } = use(CompanyContext);
  const now = use(ClockContext);
  return (
    <RoomComposer
      writing={writing.writing}
      picking={picking}
      draft={writing.draft}
      onDraft={writing.setDraft}
      onCancel={writing.cancel}
      onSent={() => {
        if (writing.writing.is !== 'edit') timeline.current?.toEnd();
        writing.sent();
      }}
      onEditLast={() => {
        const last = lastEditable(entries, self, now());
        if (last !== null) writing.edit(last.id);
      }}
      field={field}
    />
  );
}

/** True if somebody has said something; of many entries the last ones tell. */
function hasTexts(entries: RoomEntries): boolean {
  for (let i = entries.length - 1; i >= 0 && i > entries.length - 100; i--) if (entries.at(i).kind === 'text') return true;
  return entries.length >= 100;
}
