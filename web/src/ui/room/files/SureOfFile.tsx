import type { EventId } from '../../../protocol/ids';
import { Confirm } from '../../parts/Confirm';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';
import type { FileQuestion } from './actOnFile';
import { haveOf } from './telling';
import { useFileFormats } from './useFileFormats';

type Props = { readonly id: EventId; readonly asks: FileQuestion; readonly onClose: () => void };

/** Asks before what has come of a file is lost. */
export function SureOfFile({ id, asks, onClose }: Props) {
  const { state, verbs } = useScene();
  const { sure } = useRoomWords().files;
  const { size } = useFileFormats();
  const at = state.entries.indexOf(id);
  const entry = at < 0 ? null : state.entries.at(at);
  const file = entry?.kind === 'text' ? entry.file : null;
  // It has come, or is gone, while it was asked.
  if (file === null || (asks === 'cancel') === (file.progress.is === 'here')) return null;
  const { text, ...words } = asks === 'forget' ? { ...sure.forget } : { ...sure.cancel, text: sure.cancel.text(size(haveOf(file.progress) ?? 0)) };
  return (
    <Confirm
      {...words}
      text={text}
      onYes={() => {
        if (asks === 'forget') verbs.forgetFile(id);
        else verbs.declineFile(id);
        onClose();
      }}
      onNo={onClose}
    />
  );
}
