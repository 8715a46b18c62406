import { Suspense } from 'react';
import type { SessionState } from '../../session/model';
import { Boundary } from '../parts/Boundary';
import { Button } from '../parts/Button';
import { lazyPart } from '../parts/lazyPart';
import prose from '../parts/Prose.module.css';
import { useSession } from '../state/useSession';
import { useWords } from '../words/useWords';
import { FailureText } from './FailureText';

const { Part: Diagnosis } = lazyPart(async () => (await import('../doctor/Diagnosis')).Diagnosis);

/** It did not work: what happened, what Parley does, what the person can do. */
export function Failed({ state }: { readonly state: Extract<SessionState, { at: 'failed' }> }) {
  const { failed } = useWords();
  const session = useSession();
  const back = () => session.leave();
  return (
    <>
      <FailureText words={failed.words[state.failure]}>
        {state.failure === 'connection_failed' ? (
          // The screen says enough without it.
          <Boundary otherwise={null}>
            <Suspense>
              <Diagnosis />
            </Suspense>
          </Boundary>
        ) : null}
      </FailureText>
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
