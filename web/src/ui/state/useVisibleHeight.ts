import { useEffect } from 'react';

/**
 * Keeps `--visible-height` and `--visible-top` at the part of the window that a phone's keyboard
 * leaves free, for browsers that do not shrink the page themselves (`interactive-widget` in the
 * page's head asks those that can). While the person zooms in with two fingers the page stays as it is.
 */
export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (viewport === null) return undefined;
    const { style } = document.documentElement;
    const fit = () => {
      if (viewport.scale > 1.01) return;
      const hidden = window.innerHeight - viewport.height > 1;
      if (hidden) style.setProperty('--visible-height', `${viewport.height}px`);
      else style.removeProperty('--visible-height');
      style.setProperty('--visible-top', `${hidden ? viewport.offsetTop : 0}px`);
    };
    fit();
    viewport.addEventListener('resize', fit);
    viewport.addEventListener('scroll', fit);
    return () => {
      viewport.removeEventListener('resize', fit);
      viewport.removeEventListener('scroll', fit);
      style.removeProperty('--visible-height');
      style.removeProperty('--visible-top');
    };
  }, []);
}
