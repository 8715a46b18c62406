import { useState } from 'react';

/** How long «Copied» stays, in milliseconds. */
const COPIED_MS = 2500;

/** Copies text when pressed, and tells what came of it. */
export function useCopy(text: string): { readonly result: 'none' | 'copied' | 'failed'; readonly copy: () => void } {
  const [result, setResult] = useState<'none' | 'copied' | 'failed'>('none');
  const copy = () => {
    // Absent on pages that are not served over https.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('ui: no clipboard'));
    written.then(
      () => {
        setResult('copied');
        setTimeout(() => setResult('none'), COPIED_MS);
      },
      () => setResult('failed'),
    );
  };
  return { result, copy };
}
