/** The font as it is shipped: what the app sets of it, and no more. */
import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

/** The weights that the style sheets use; `src/ui/look/fonts.css` names the same two. */
const weights = { min: 400, max: 700 };

/**
 * What letters need to stand right, and tabular figures. Figtree's alternates, fractions and superscripts are shown
 * nowhere.
 */
const features = ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'rlig', 'liga', 'clig', 'calt', 'rclt', 'rvrn', 'tnum'];

/** The copyright, the licence and its address, which must stay with the font. */
const legalNames = [0, 13, 14];

/** Cuts the font files down: 2.5 kB less of 20 (docs/adr/0012). */
export function cutFonts(): Plugin {
  return {
    name: 'parley:fonts',
    apply: 'build',
    async generateBundle(_, bundle) {
      const fonts = Object.values(bundle).filter((one) => one.type === 'asset' && one.fileName.endsWith('.woff2'));
      await Promise.all(
        fonts.map(async (font) => {
          if (font.type !== 'asset') return;
          font.source = await subsetFont(Buffer.from(font.source), undefined, {
            targetFormat: 'woff2',
            keepAllGlyphs: true,
            variationAxes: { wght: weights },
            keepFeatures: features,
            preserveNameIds: legalNames,
          });
        }),
      );
    },
  };
}

/**
 * Names an asset. The hash of a font is that of the whole file, before it is cut, and browsers keep what has a hash for
 * good: so its name says what was left in it.
 */
export function assetName({ names }: { readonly names: readonly string[] }): string {
  const font = names.some((name) => name.endsWith('.woff2'));
  return font ? `assets/[name]-${weights.min}-${weights.max}-[hash][extname]` : 'assets/[name]-[hash][extname]';
}
