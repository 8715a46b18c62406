import { Button } from '../parts/Button';
import prose from '../parts/Prose.module.css';
import { useWords } from '../words/useWords';
import { FailureText } from './FailureText';

/** The page is here and the rest of Parley is not: its parts or its configuration did not load. */
export function Down({ onRetry }: { readonly onRetry: () => void }) {
  const { down, failed } = useWords();
  return (
    <>
      <FailureText words={down} />
      <div className={`${prose.actions} ${prose.row}`}>
        <Button look="primary" shortcut="Alt+R" onPress={onRetry}>
          {failed.reload}
        </Button>
      </div>
    </>
  );
}
