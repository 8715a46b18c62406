import type { EpochMs } from '../../session/model';
import { Button } from '../parts/Button';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { useNow } from '../state/clock';
import { useSession } from '../state/useSession';
import { useWords } from '../words/useWords';

/** After so long without anybody the screen suggests to invite a friend, in milliseconds. */
export const QUIET_AFTER_MS = 30_000;

/** Looking for a stranger: nobody is there yet. */
export function WaitingStranger({ since }: { readonly since: EpochMs }) {
  const { waiting, formats } = useWords();
  const session = useSession();
  const waited = useNow() - since;
  const quiet = waited >= QUIET_AFTER_MS;
  return (
    <>
      <ScreenHeading>{waiting.strangerHeading}</ScreenHeading>
      <p className={prose.lead}>{quiet ? waiting.quietLead : waiting.strangerLead}</p>
      <p className={prose.elapsed}>{waiting.elapsed(formats.elapsed(waited))}</p>
      <div className={`${prose.actions} ${prose.row}`}>
        {quiet ? (
          <Button look="primary" shortcut="Alt+R" onPress={() => session.createRoom()}>
            {waiting.invite}
          </Button>
        ) : null}
        <Button shortcut="Escape" onPress={() => session.leave()}>
          {waiting.cancel}
        </Button>
      </div>
    </>
  );
}
