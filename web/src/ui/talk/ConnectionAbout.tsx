import { Signpost } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Line, SessionState } from '../../session/model';
import { Mark } from '../parts/Mark';
import { Sheet, SheetClose } from '../parts/Sheet';
import { Mismatch, Verification } from '../safety/Verification';
import { useLaterWords } from '../words/useLaterWords';
import styles from './ConnectionAbout.module.css';
import { markFor } from './ConnectionBadge';

type Props = {
  readonly state: Extract<SessionState, { at: 'talking' }>;
  /** What is measured of it; null before. */
  readonly line: Line | null;
  readonly onClose: () => void;
};

/** What the badge opens: what is verified and how to verify it, which way the words take, what the store sees. */
export function ConnectionAbout({ state, line, onClose }: Props) {
  const { path } = useLaterWords();
  // Other pictures are another connection: what was half answered about the former one is void.
  const connection = state.safety.signs.map(({ name }) => name).join(' ');
  return (
    <Sheet onClose={onClose} label={path.about} className={styles.dialog}>
      <SheetClose close={path.close} onClose={onClose} className={styles.close} />
      <Parts key={connection} state={state} line={line} onClose={onClose} />
    </Sheet>
  );
}

function Parts({ state, line, onClose }: Props) {
  const { path } = useLaterWords();
  const [differs, setDiffers] = useState(false);
  // Nothing beside it: «connected directly» would sound as if all were well.
  if (differs) return <Mismatch onAgain={() => setDiffers(false)} />;
  const way = path[state.path];
  const gone = state.peer === 'left' || state.peer === 'lost';
  const link = markFor({ peer: gone ? 'here' : state.peer, path: state.path });
  return (
    <>
      <Verification state={state} onDone={onClose} onDiffers={() => setDiffers(true)} />
      <Part sign={<Mark link={link} size={24} />} title={way.title} text={way.text}>
        {state.peer === 'here' && line?.path === state.path ? <Measured line={line} /> : null}
      </Part>
      <Part
        sign={<Signpost size={24} strokeWidth={1.75} aria-hidden="true" />}
        title={path.storeTitle}
        text={path.store}
      />
    </>
  );
}

function Measured({ line }: { readonly line: Line }) {
  const { path } = useLaterWords();
  const trip = line.roundTripMs === null ? '' : path.tripText(line.roundTripMs);
  return <p className={styles.measured}>{`${trip} ${path.carrierText(line)}`.trim()}</p>;
}

type PartProps = {
  readonly sign: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
};

function Part({ sign, title, text, children }: PartProps) {
  return (
    <section className={styles.part}>
      {sign}
      <div>
        <h2 className={styles.title}>{title}</h2>
        <p>{text}</p>
        {children}
      </div>
    </section>
  );
}
