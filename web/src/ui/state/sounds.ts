/** The few sounds: somebody came, wrote, or went. */
export type Sound = 'arrived' | 'message' | 'gone';

/** Plays sounds when it may. */
export type Sounds = {
  /** Plays one, unless the person has switched sounds off or has not touched the page yet. */
  play(sound: Sound): void;
};

// Frequencies in hertz, one after the other: a rising fifth for somebody who comes, a falling one
// for somebody who goes, and one short tone for a message.
const tones: Readonly<Record<Sound, readonly number[]>> = {
  arrived: [392, 587],
  message: [523],
  gone: [587, 392],
};

const TONE_SECONDS = 0.16;
const LOUDNESS = 0.05;

/** The same sound is not played again within this time, in milliseconds: a burst is one tone. */
const REST_MS = 1500;

/**
 * Sounds made by WebAudio, without files. The audio context is made at the first sound after a
 * gesture: browsers refuse it earlier, and a silent page should not hold the audio device.
 *
 * @param allowed - true if the person wants sounds.
 */
export function createSounds(allowed: () => boolean): Sounds {
  let context: AudioContext | null = null;
  const last = new Map<Sound, number>();
  return {
    play(sound) {
      if (!allowed() || !('AudioContext' in window)) return;
      if (!(navigator.userActivation?.hasBeenActive ?? false)) return;
      const now = performance.now();
      if (now - (last.get(sound) ?? -Infinity) < REST_MS) return;
      last.set(sound, now);
      context ??= new AudioContext();
      if (context.state === 'suspended') void context.resume().catch(() => undefined);
      tones[sound].forEach((hertz, i) => tone(context as AudioContext, hertz, i * TONE_SECONDS));
    },
  };
}

function tone(context: AudioContext, hertz: number, after: number): void {
  const begin = context.currentTime + after;
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, begin + TONE_SECONDS * 2);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + TONE_SECONDS * 2);
}

/** Which sound a change of the conversation makes, if any. Pure, so that it can be tested. */
export function soundFor(before: Hearable, after: Hearable): Sound | null {
  if (after.here && !before.here) return 'arrived';
  if (before.here && after.gone) return 'gone';
  return after.theirs > before.theirs || after.elsewhere > before.elsewhere ? 'message' : null;
}

/** What of a state can be heard. */
export type Hearable = {
  /** Somebody is connected. */
  readonly here: boolean;
  /** Somebody was connected and is not any more. */
  readonly gone: boolean;
  /** How many messages came from them; in a room, how many were not seen. */
  readonly theirs: number;
  /** How many were not seen in the other rooms that are open. */
  readonly elsewhere: number;
};
