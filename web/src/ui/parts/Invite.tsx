import { Check, Copy as CopySign, Share2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Shortcut } from '../state/keys';
import { useCopy } from '../state/useCopy';
import { useLaterWords } from '../words/useLaterWords';
import { Button, type ButtonProps } from './Button';
import { Hidden } from './Hidden';
import styles from './Invite.module.css';

/** Copies a link or a code and says so. */
export function Copy({
  text,
  shortcut,
  look,
  children,
}: {
  readonly text: string;
  readonly shortcut: Shortcut;
  readonly look: NonNullable<ButtonProps['look']>;
  readonly children: ReactNode;
}) {
  const { copy } = useLaterWords();
  const { result, copy: press } = useCopy(text);
  const copied = result === 'copied';
  return (
    <div className={styles.copy}>
      <Button
        look={look}
        wide
        shortcut={shortcut}
        icon={copied ? <Check size={18} /> : <CopySign size={18} />}
        onPress={press}
      >
        {copied ? copy.copied : children}
      </Button>
      {/* Beside the button: a status inside it would take its name away. */}
      <Hidden>
        <span role="status">{copied ? copy.copied : null}</span>
      </Hidden>
      {result === 'failed' ? (
        <p className={styles.failed} role="alert">
          {copy.failed}
        </p>
      ) : null}
    </div>
  );
}

/** Hands the link to the device's own sharing; nothing where there is none. */
export function ShareLink({ url }: { readonly url: string }) {
  const { share } = useLaterWords();
  if (typeof navigator.share !== 'function') return null;
  const press = () => {
    // Refused only when the person closes the sheet: that is their answer.
    navigator.share({ title: share.title, text: share.text, url }).catch(() => undefined);
  };
  return (
    <Button shortcut="Alt+H" icon={<Share2 size={18} />} onPress={press}>
      {share.link}
    </Button>
  );
}
