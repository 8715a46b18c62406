import type { ReactNode } from 'react';
import prose from './Prose.module.css';

/** The id of the heading that takes the focus when the screen changes. */
export const SCREEN_HEADING = 'screen-heading';

/** The heading of a screen. It can be focused by the program, so that a screen reader begins there. */
export function ScreenHeading({ children }: { readonly children: ReactNode }) {
  return (
    <h1 id={SCREEN_HEADING} tabIndex={-1} className={prose.heading}>
      {children}
    </h1>
  );
}
