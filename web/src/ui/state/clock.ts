import { createContext, use, useEffect, useState } from 'react';
import type { EpochMs } from '../../session/model';

/** The device's clock; the gallery sets one that stands still. */
export const ClockContext = createContext<() => EpochMs>(Date.now);

/** The time now, drawn again each second. */
export function useNow(): EpochMs {
  const clock = use(ClockContext);
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return now;
}
