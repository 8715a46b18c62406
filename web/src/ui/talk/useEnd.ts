import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** So near the end still counts as being there, in CSS pixels. */
const NEAR_PX = 64;

/** What {@link useEnd} gives. */
export type End = {
  /** Goes on the element that scrolls; its first child holds the list. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** True while the newest message is in view. */
  readonly atEnd: boolean;
  /** Goes there. */
  readonly toEnd: () => void;
};

/**
 * Keeps a scrolled list at its end while the person is there, and leaves it alone while they read
 * further up.
 */
export function useEnd(): End {
  const scroller = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const left = useRef(0);
  const [atEnd, setAtEnd] = useState(true);
  const show = useCallback(() => {
    const element = scroller.current;
    if (element === null || !stick.current) return;
    element.scrollTop = element.scrollHeight;
    left.current = element.scrollTop;
  }, []);
  const toEnd = useCallback(() => {
    stick.current = true;
    setAtEnd(true);
    show();
  }, [show]);

  // After every drawing: the list may have grown.
  useLayoutEffect(show);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const onScroll = () => {
      stick.current = isNear(element);
      setAtEnd(stick.current);
    };
    // The list also grows when a group gets its real height, and the room for it shrinks when a
    // phone's keyboard comes. A jump up that was not yet told as a scroll (find in page) counts too.
    const watcher = new ResizeObserver(() => {
      if (element.scrollTop < left.current - NEAR_PX && !isNear(element)) onScroll();
      show();
    });
    watcher.observe(element);
    if (element.firstElementChild !== null) watcher.observe(element.firstElementChild);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [show]);
  return { scroller, atEnd, toEnd };
}

function isNear(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
}
