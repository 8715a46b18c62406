import { useCallback, useEffect, useState, type RefObject } from 'react';

/** So near the end still counts as being there, in CSS pixels. */
export const NEAR_PX = 64;

/**
 * True while the person is at the end of a list, which then stays there when it grows and when the window changes. Only
 * they leave it, by scrolling up: that the list is not drawn to its new end yet is no reason. The second one says that
 * they go elsewhere, before the list begins to move.
 *
 * @param initially - whether the list begins there.
 */
export function useAtEnd(
  scroller: RefObject<HTMLElement | null>,
  list: { scrollToEnd(): void },
  initially: boolean,
): readonly [boolean, () => void] {
  const [atEnd, setAtEnd] = useState(initially);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let last = element.scrollTop;
    const onScroll = () => {
      if (isNear(element)) setAtEnd(true);
      else if (element.scrollTop < last) setAtEnd(false);
      last = element.scrollTop;
    };
    onScroll();
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !atEnd) return undefined;
    let first = true;
    const watcher = new ResizeObserver(() => {
      // Told at once how large things are: nothing has changed.
      if (!first) list.scrollToEnd();
      first = false;
    });
    watcher.observe(element);
    if (element.firstElementChild !== null) watcher.observe(element.firstElementChild);
    return () => watcher.disconnect();
  }, [scroller, list, atEnd]);
  return [atEnd, useCallback(() => setAtEnd(false), [])];
}

function isNear(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
}
