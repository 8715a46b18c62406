import { Suspense, use, type Dispatch, type ReactNode, type SetStateAction } from 'react';
import type { EventId } from '../../protocol/ids';
import { lazyPart } from '../parts/lazyPart';
import { ClockContext } from '../state/clock';
import { useRoomWords } from '../words/useRoomWords';
import type { WritingState } from './composing/useWriting';
import type { FileQuestion } from './files/actOnFile';
import { CompanyContext, useScene } from './scene';
import { allowed } from './timeline/allowed';
import type { MessageAct } from './timeline/MessageMenu';
import type { SaidEntry } from './timeline/Said';
import type { TopPart } from './RoomTop';

const { Part: MessageMenu } = lazyPart(async () => (await import('./timeline/MessageMenu')).MessageMenu);
const { Part: Receipts } = lazyPart(async () => (await import('./timeline/Receipts')).Receipts);
const { Part: Confirm } = lazyPart(async () => (await import('../parts/Confirm')).Confirm);
const { Part: SureOfFile } = lazyPart(async () => (await import('./files/SureOfFile')).SureOfFile);
const { Part: About } = lazyPart(async () => (await import('./manage/About')).About);
const { Part: Invite } = lazyPart(async () => (await import('./manage/Invite')).Invite);
const { Part: Search } = lazyPart(async () => (await import('./manage/Search')).Search);
const { Part: RoomsDrawer } = lazyPart(async () => (await import('../rooms/RoomsDrawer')).RoomsDrawer);

/** What is open over the room. */
export type Dialog =
  | { readonly is: Exclude<TopPart, 'people'> }
  | { readonly is: 'menu'; readonly id: EventId; readonly beside: Element; readonly begin: 'menu' | 'all' }
  | { readonly is: 'receipts' | 'unsay'; readonly id: EventId }
  | { readonly is: 'file'; readonly id: EventId; readonly asks: FileQuestion };

type Props = {
  readonly dialog: Dialog | null;
  readonly onDialog: Dispatch<SetStateAction<Dialog | null>>;
  readonly writing: WritingState;
  readonly onJump: (id: EventId) => void;
  readonly onSettings: () => void;
};

/** What is open over the room, if anything is. */
export function Dialogs(props: Props) {
  return props.dialog === null ? null : <Suspense>{drawn(props.dialog, props)}</Suspense>;
}

function drawn(dialog: Dialog, { onDialog, onJump, onSettings, writing }: Props): ReactNode {
  const close = () => onDialog(null);
  switch (dialog.is) {
    case 'menu':
      return <OpenMenu key={dialog.id} dialog={dialog} writing={writing} onDialog={onDialog} />;
    case 'receipts':
      return <Receipts id={dialog.id} onClose={close} />;
    case 'unsay':
      return <Unsay id={dialog.id} onClose={close} />;
    case 'file':
      return <SureOfFile id={dialog.id} asks={dialog.asks} onClose={close} />;
    case 'about':
      return <About onInvite={() => onDialog({ is: 'invite' })} onClose={close} />;
    case 'invite':
      return <Invite onClose={close} />;
    case 'search':
      return (
        <Search
          onJump={(id) => {
            close();
            onJump(id);
          }}
          onClose={close}
        />
      );
    case 'rooms':
      return (
        <RoomsDrawer
          onSettings={() => {
            close();
            onSettings();
          }}
          onClose={close}
        />
      );
  }
}

/** The text with this id, if it is here. */
function useSaid(id: EventId): SaidEntry | null {
  const { entries } = useScene().state;
  const at = entries.indexOf(id);
  const entry = at < 0 ? null : entries.at(at);
  return entry?.kind === 'text' ? entry : null;
}

function OpenMenu({
  dialog,
  writing,
  onDialog,
}: {
  readonly dialog: Extract<Dialog, { is: 'menu' }>;
  readonly writing: WritingState;
  readonly onDialog: Dispatch<SetStateAction<Dialog | null>>;
}) {
  const { verbs } = useScene();
  const { self } = use(CompanyContext);
  const now = use(ClockContext);
  const entry = useSaid(dialog.id);
  if (entry === null || entry.is !== 'here') return null;
  const { id } = entry;
  const does: Readonly<Record<MessageAct, () => void>> = {
    // After the menu has given the focus back, which the composer takes then.
    reply: () => setTimeout(() => writing.reply(id)),
    edit: () => setTimeout(() => writing.edit(id)),
    // Where the browser refuses, there is still the text to be selected.
    copy: () => void navigator.clipboard?.writeText(entry.text).catch(() => undefined),
    who: () => onDialog({ is: 'receipts', id }),
    unsay: () => onDialog({ is: 'unsay', id }),
  };
  return (
    <MessageMenu
      entry={entry}
      acts={allowed(entry, self, now())}
      beside={dialog.beside}
      begin={dialog.begin}
      onAct={(act) => {
        onDialog(null);
        does[act]();
      }}
      onReact={(emoji, on) => verbs.react(id, emoji, on)}
      // It also closes when something else was opened from it.
      onClose={() => onDialog((open) => (open === dialog ? null : open))}
    />
  );
}

function Unsay({ id, onClose }: { readonly id: EventId; readonly onClose: () => void }) {
  const { unsay } = useRoomWords();
  const { verbs } = useScene();
  return (
    <Confirm
      title={unsay.title}
      text={unsay.text}
      yes={unsay.yes}
      no={unsay.no}
      onYes={() => {
        verbs.unsay(id);
        onClose();
      }}
      onNo={onClose}
    />
  );
}
