import { useMemo } from 'react';
import { fileFormatsFor, type FileFormats } from '../../words/file-formats';
import { useWords } from '../../words/useWords';

/** How sizes, speeds and times are written in the language that the screens speak. */
export function useFileFormats(): FileFormats {
  const { locale } = useWords().formats;
  return useMemo(() => fileFormatsFor(locale), [locale]);
}
