import { useEffect, useState } from 'react';
import type { Line } from '../../session/model';
import { useSession } from '../state/useSession';
import { watchLine } from './watchLine';

/** What is measured of the line while this is on the screen; null before, and when nobody is connected. */
export function useLine(): Line | null {
  const session = useSession();
  const [line, setLine] = useState<Line | null>(null);
  useEffect(() => watchLine(session, document, setLine), [session]);
  return line;
}
