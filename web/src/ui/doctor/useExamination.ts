import { useCallback, useEffect, useRef, useState } from 'react';
import type { Examined, Finding, Found } from '../../session/model';
import { usePreferences } from '../state/preferences';
import { useDoctor } from './useDoctor';

/** An examination that is under way or done. */
export type Examination = {
  readonly found: ReadonlyMap<Finding, Found>;
  /** Null until all is known. */
  readonly examined: Examined | null;
  /** The doctor could not be loaded. */
  readonly failed: boolean;
  /** Looks at everything once more. */
  readonly again: () => void;
};

type Progress = Omit<Examination, 'again'>;

const nothing: Progress = { found: new Map(), examined: null, failed: false };

/** Begins an examination, and again on demand; it ends with the component. */
export function useExamination(): Examination {
  const doctor = useDoctor();
  const { relayOnly } = usePreferences();
  const [progress, setProgress] = useState(nothing);
  const running = useRef<AbortController | null>(null);
  const begin = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const change = (next: (before: Progress) => Progress) => {
      if (!controller.signal.aborted) setProgress(next);
    };
    const onFound = (one: Found) =>
      change((before) => ({ ...before, found: new Map(before.found).set(one.finding, one) }));
    doctor(relayOnly, onFound, controller.signal).then(
      (examined) => change((before) => ({ ...before, examined })),
      () => change((before) => ({ ...before, failed: true })),
    );
  }, [doctor, relayOnly]);
  useEffect(() => {
    begin();
    return () => running.current?.abort();
  }, [begin]);
  const again = () => {
    setProgress(nothing);
    begin();
  };
  return { ...progress, again };
}
