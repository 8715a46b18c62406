import { Suspense, useState } from 'react';
import { Hidden } from '../parts/Hidden';
import { lazyPart } from '../parts/lazyPart';
import { useLaterWords } from '../words/useLaterWords';
import styles from './SafetyNumber.module.css';

const { Part: QrCode } = lazyPart(async () => (await import('../parts/QrCode')).QrCode);

/** The 60 digits that two devices share for as long as they keep their keys, folded up until asked for. */
export function SafetyNumber({ number }: { readonly number: string }) {
  const { safety } = useLaterWords();
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.fold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.title}>{safety.number}</summary>
      <p>{safety.numberText}</p>
      <ol className={styles.groups} dir="ltr">
        {groupsOf(number).map((group, place) => (
          // Two groups may be the same, so the place is the key.
          // eslint-disable-next-line react/no-array-index-key
          <li key={place}>
            <span aria-hidden="true">{group}</span>
            <Hidden>{[...group].join(' ')}</Hidden>
          </li>
        ))}
      </ol>
      {open ? (
        <Suspense>
          <div className={styles.code}>
            <QrCode text={number.replaceAll(' ', '')} label={safety.numberQr} />
          </div>
        </Suspense>
      ) : null}
    </details>
  );
}

/** The digits in groups of five, however they came. */
function groupsOf(number: string): readonly string[] {
  return number.replaceAll(/\D/gu, '').match(/.{1,5}/gu) ?? [];
}
