import { Stethoscope } from 'lucide-react';
import { Suspense, useState } from 'react';
import { Button } from '../parts/Button';
import { lazyPart } from '../parts/lazyPart';
import { useDoctorWords } from '../words/useDoctorWords';
import styles from './Diagnosis.module.css';
import { Outcome } from './Outcome';
import { useExamination } from './useExamination';

const { Part: Check } = lazyPart(async () => (await import('./Check')).Check);

/** The check as it is opened by itself: it begins now. Here, so that all of the doctor comes by one door. */
export function FreshCheck({ onClose }: { readonly onClose: () => void }) {
  return (
    <Suspense>
      <Check examination={useExamination()} onClose={onClose} />
    </Suspense>
  );
}

/** On the screen of a failed connection: the one sentence that matters, found while the person reads the rest. */
export function Diagnosis() {
  const words = useDoctorWords();
  const examination = useExamination();
  const [open, setOpen] = useState(false);
  return (
    <section className={styles.panel} aria-label={words.found}>
      <Stethoscope size={22} strokeWidth={1.75} aria-hidden="true" />
      <div className={styles.words}>
        <h2 className={styles.title}>{words.found}</h2>
        <Outcome examination={examination} />
        <div className={styles.more}>
          <Button shortcut="Alt+D" onPress={() => setOpen(true)}>
            {words.whole}
          </Button>
        </div>
      </div>
      {open ? (
        <Suspense>
          <Check examination={examination} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}
