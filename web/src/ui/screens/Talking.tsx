import { LogOut, Settings2 } from 'lucide-react';
import { Suspense, useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../session/model';
import { Button } from '../parts/Button';
import { Frame } from '../parts/Frame';
import { lazyPart } from '../parts/lazyPart';
import { SCREEN_HEADING } from '../parts/ScreenHeading';
import { TopBar } from '../parts/TopBar';
import { useSession } from '../state/useSession';
import { Composer } from '../talk/Composer';
import { ConnectionBadge } from '../talk/ConnectionBadge';
import { Conversation, type ConversationHandle } from '../talk/Conversation';
import { PeerNotice } from '../talk/PeerNotice';
import { useLaterWords } from '../words/useLaterWords';
import { useWords } from '../words/useWords';
import styles from './Talking.module.css';

const confirmPart = lazyPart(async () => (await import('../parts/Confirm')).Confirm);
const Confirm = confirmPart.Part;

/** The conversation. Everything else steps back. */
export function Talking({
  state,
  onSettings,
}: {
  readonly state: Extract<SessionState, { at: 'talking' }>;
  readonly onSettings: () => void;
}) {
  const { settings } = useWords();
  const { refusals } = useLaterWords();
  const session = useSession();
  const [draft, setDraft] = useState('');
  const [about, setAbout] = useState(false);
  const conversation = useRef<ConversationHandle>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const over = state.peer === 'left' || state.peer === 'lost';
  const send = (text: string) => {
    const result = session.send(text);
    return result.ok ? null : refusals[result.why];
  };
  useEffect(() => {
    // A phone would throw its keyboard over the greeting; there the heading is enough.
    const finger = matchMedia('(pointer: coarse)').matches;
    const first = finger ? document.querySelector<HTMLElement>(`#${SCREEN_HEADING}`) : field.current;
    first?.focus();
    confirmPart.preload();
  }, []);
  return (
    <Frame
      top={
        <TopBar lead={<ConnectionBadge state={state} open={about} onOpen={setAbout} />}>
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
          {over ? null : <Leave confirm={state.messages.length > 0} />}
        </TopBar>
      }
    >
      <main className={styles.main}>
        {state.messages.length > 0 ? null : <Empty />}
        <Conversation messages={state.messages} ref={conversation} />
        <PeerNotice state={state} />
        {over && draft === '' ? null : (
          <Composer
            draft={draft}
            onDraft={setDraft}
            send={send}
            onSent={() => conversation.current?.toEnd()}
            field={field}
          />
        )}
      </main>
    </Frame>
  );
}

function Empty() {
  const { talk } = useLaterWords();
  return (
    <div className={styles.empty}>
      <p className={styles.greeting}>{talk.empty}</p>
      <p className={styles.note}>{talk.emptyNote}</p>
    </div>
  );
}

function Leave({ confirm }: { readonly confirm: boolean }) {
  const { talk } = useLaterWords();
  const { confirm: words } = useWords();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const leave = () => session.leave();
  return (
    <>
      <Button
        look="quiet"
        shortcut="Alt+L"
        tip="below-end"
        icon={<LogOut size={18} />}
        onPress={() => (confirm ? setAsking(true) : leave())}
      >
        {talk.leave}
      </Button>
      {asking ? (
        <Suspense>
          <Confirm
            title={words.title}
            text={words.text}
            yes={words.leave}
            no={words.stay}
            onYes={leave}
            onNo={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
