import type { PointerEvent } from 'react';

/** How long a finger rests on a message before it counts as asking, in milliseconds. */
export const LONG_PRESS_MS = 450;
/** A finger that moves further than this scrolls, in CSS pixels. */
const STILL_PX = 10;

/**
 * Handlers for an element on which a finger that rests does something. A mouse and a pen have buttons for that.
 *
 * @param act - what it does; gets the element.
 */
export function longPress(act: (element: Element) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [x, y] = [0, 0];
  const end = () => clearTimeout(timer);
  return {
    onPointerDown(event: PointerEvent) {
      end();
      if (event.pointerType !== 'touch' || !event.isPrimary) return;
      [x, y] = [event.clientX, event.clientY];
      const element = event.currentTarget;
      timer = setTimeout(() => act(element), LONG_PRESS_MS);
    },
    onPointerMove(event: PointerEvent) {
      if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
