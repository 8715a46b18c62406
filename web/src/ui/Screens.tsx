import { Settings2 } from 'lucide-react';
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { SessionState } from '../session/model';
import { Announcer } from './parts/Announcer';
import { Button } from './parts/Button';
import { lazyPart } from './parts/lazyPart';
import { SCREEN_HEADING } from './parts/ScreenHeading';
import { Stage } from './parts/Stage';
import { TopBar } from './parts/TopBar';
import { TwoPoints, type Meeting } from './parts/TwoPoints';
import { Connecting } from './screens/Connecting';
import { Down } from './screens/Down';
import { Failed } from './screens/Failed';
import { Start } from './screens/Start';
import { WaitingStranger } from './screens/WaitingStranger';
import { screenOf } from './state/spoken';
import { pageTitle, unreadOf } from './state/title';
import { useRooms, useSessionState } from './state/useSession';
import { useSoundEffects } from './state/useSoundEffects';
import { UnreadContext } from './talk/useReading';
import { useWords } from './words/useWords';

// Only the first screen is in the first load. The rest comes while the person waits for somebody.
const talkingPart = lazyPart(async () => (await import('./screens/Talking')).Talking);
const Talking = talkingPart.Part;
const { Part: Settings } = lazyPart(async () => (await import('./screens/Settings')).Settings);
const roomPart = lazyPart(async () => (await import('./room/Room')).Room);
const Room = roomPart.Part;

/** What the app knows beside the session: whether its own parts could be loaded. */
export type ScreensProps = {
  /** Set if they could not: tries again. */
  readonly onRetryStart: (() => void) | null;
};

/** Draws the session: one screen for each of its states. */
export function Screens({ onRetryStart }: ScreensProps) {
  const state = useSessionState();
  const words = useWords();
  const [settings, setSettings] = useState(false);
  const [unread, setUnread] = useState(0);
  const openSettings = useCallback(() => setSettings(true), []);
  const down = onRetryStart !== null;
  const rooms = useRooms();
  const news = unreadOf(rooms);
  useSoundEffects(state, rooms);
  useFocusOnChange(down ? 'down' : screenOf(state));
  useEffect(() => {
    document.title = pageTitle(state, unread + news, words);
  }, [state, unread, news, words]);
  useEffect(() => {
    if (state.at !== 'start') talkingPart.preload();
  }, [state.at]);
  const inRoom = state.at !== 'start' && state.for === 'room';
  useEffect(() => {
    if (inRoom) roomPart.preload();
  }, [inRoom]);
  return (
    <UnreadContext value={setUnread}>
      <Announcer state={state} />
      {state.at === 'talking' && !down ? (
        <Suspense fallback={<Quiet state={openingOf(state)} onSettings={openSettings} onRetryStart={null} />}>
          <Talking state={state} onSettings={openSettings} />
        </Suspense>
      ) : state.at === 'room' && !down ? (
        <Suspense fallback={<Quiet state={openingOf(state)} onSettings={openSettings} onRetryStart={null} />}>
          <Room state={state} onSettings={openSettings} />
        </Suspense>
      ) : (
        <Quiet state={state} onSettings={openSettings} onRetryStart={onRetryStart} />
      )}
      {settings ? (
        <Suspense>
          <Settings onClose={() => setSettings(false)} />
        </Suspense>
      ) : null}
    </UnreadContext>
  );
}

type QuietProps = ScreensProps & { readonly state: SessionState; readonly onSettings: () => void };

/** The screens around the drawing. It stays in place while they change, so its points can travel. */
function Quiet({ state, onSettings, onRetryStart }: QuietProps) {
  const { settings } = useWords();
  const bar = (
    <TopBar>
      <Button
        look="quiet"
        label={settings.open}
        shortcut="Alt+,"
        tip="below-end"
        icon={<Settings2 size={20} />}
        onPress={onSettings}
      >
        {null}
      </Button>
    </TopBar>
  );
  const meeting: Meeting = onRetryStart === null ? meetingOf(state) : { at: 'broken' };
  return (
    <Stage bar={bar} scene={<TwoPoints meeting={meeting} />}>
      {onRetryStart === null ? <QuietWords state={state} /> : <Down onRetry={onRetryStart} />}
    </Stage>
  );
}

function QuietWords({ state }: { readonly state: SessionState }) {
  switch (state.at) {
    case 'start':
      return <Start />;
    case 'waiting':
      return <WaitingStranger since={state.since} />;
    case 'connecting':
      return <Connecting purpose={state.for} step={state.step} since={state.since} slow={state.slow} />;
    case 'failed':
      return <Failed state={state} />;
    case 'talking':
    case 'room':
      return null;
  }
}

/** Where the two points of the drawing are in a state. */
export function meetingOf(state: SessionState): Meeting {
  switch (state.at) {
    case 'start':
      return { at: 'apart' };
    case 'waiting':
      return { at: 'waiting' };
    case 'connecting':
      return { at: 'coming', step: state.step };
    case 'failed':
      return { at: 'broken' };
    case 'talking':
    case 'room':
      return { at: 'coming', step: 'opening' };
  }
}

/** What is drawn if the talk is open before its screen is loaded: still the last step. */
function openingOf(state: Extract<SessionState, { at: 'talking' | 'room' }>): SessionState {
  return { at: 'connecting', for: state.for, step: 'opening', since: state.since, slow: false };
}

/** Moves the focus to the heading of a new screen; not on the first, which nobody asked for. */
function useFocusOnChange(screen: string): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    // A conversation chooses for itself: its composer.
    if (screen !== 'talking' && screen !== 'room') document.querySelector<HTMLElement>(`#${SCREEN_HEADING}`)?.focus();
  }, [screen]);
}
