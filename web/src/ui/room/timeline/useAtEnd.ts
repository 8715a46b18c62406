import { useCallback, useEffect, useState, type RefObject } from 'react';

/** So near the end still counts as being there, in CSS pixels. */
export const NEAR_PX = 64;

/**
 * True while the person is at the end of a list. Only they leave it, by scrolling up: that the list has grown and is not
 * drawn to its new end yet is no reason. The second one says that they go elsewhere, before the list begins to move.
 *
 * @param initially - whether the list begins there.
 */
export function useAtEnd(scroller: RefObject<HTMLElement | null>, initially: boolean): readonly [boolean, () => void] {
  const [atEnd, setAtEnd] = useState(initially);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let last = element.scrollTop;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      if (near) setAtEnd(true);
      else if (element.scrollTop < last) setAtEnd(false);
      last = element.scrollTop;
    };
    onScroll();
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller]);
  return [atEnd, useCallback(() => setAtEnd(false), [])];
}
