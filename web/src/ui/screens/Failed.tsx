import type { SessionState } from '../../session/model';
import { Button } from '../parts/Button';
import prose from '../parts/Prose.module.css';
import { ScreenHeading } from '../parts/ScreenHeading';
import { useSession } from '../state/useSession';
import type { FailureWords } from '../words/english';
import { useWords } from '../words/useWords';
import styles from './Failed.module.css';

/** It did not work: what happened, what Parley does, what the person can do. */
export function Failed({ state }: { readonly state: Extract<SessionState, { at: 'failed' }> }) {
  const { failed } = useWords();
  const session = useSession();
  const back = () => session.leave();
  return (
    <>
      <FailureText words={failed.words[state.failure]} />
      <div className={`${prose.actions} ${prose.row}`}>
        {state.retry === null ? (
          <Button look="primary" shortcut="Escape" onPress={back}>
            {failed.start}
          </Button>
        ) : (
          <>
            <Button look="primary" shortcut="Alt+R" onPress={() => session.retry()}>
              {state.retry === 'find' ? failed.retryFind : failed.retryEnter}
            </Button>
            <Button look="quiet" shortcut="Escape" onPress={back}>
              {failed.start}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** The three answers that every failure gives. */
export function FailureText({ words }: { readonly words: FailureWords }) {
  const { failed } = useWords();
  return (
    <>
      <ScreenHeading>{words.title}</ScreenHeading>
      <dl className={styles.answers}>
        <div>
          <dt>{failed.happened}</dt>
          <dd>{words.happened}</dd>
        </div>
        <div>
          <dt>{failed.parley}</dt>
          <dd>{words.parley}</dd>
        </div>
        <div>
          <dt>{failed.you}</dt>
          <dd className={styles.you}>{words.you}</dd>
        </div>
      </dl>
    </>
  );
}
