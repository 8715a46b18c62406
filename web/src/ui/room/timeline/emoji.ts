// A flag, or a picture with what changes its look, and others that are joined to it.
const one = /\p{RI}{2}|\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)*/gu;

/** How many emoji a text is made of; 0 if there is anything else in it. Spaces do not count. */
export function emojiIn(text: string): number {
  const rest = text.replaceAll(one, '').trim();
  return rest === '' ? [...text.matchAll(one)].length : 0;
}

/** The ones that are one press away. */
export const quickEmoji = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

/** Those of the choice: what people answer with. Any other one can be written. */
export const commonEmoji = [
  '👍', '👎', '👏', '🙌', '🙏', '💪', '🤝', '✌️', '👋', '🤞', '👌', '🫶', '❤️', '🧡', '💚', '💙', '💔', '✨', '🔥', '🎉',
  '😀', '😂', '🥲', '😊', '😍', '😉', '😎', '🤔', '🙄', '😐', '😬', '😮', '😢', '😭', '😡', '😴', '🤯', '🥳', '🤒', '🫠',
  '☕', '🍰', '🍺', '🌞', '🌧️', '🌱', '🐢', '🚲', '⏰', '📎', '💡', '❓', '❗', '✅', '❌', '👀', '🚀', '🏡', '🎵', '💤',
] as const;

/** The most characters that a reaction may have (SPEC E11). */
const MOST_CHARACTERS = 16;

/** The one emoji of what somebody wrote, or null if it is none, or several. */
export function oneEmoji(text: string): string | null {
  const emoji = text.trim();
  return emojiIn(emoji) === 1 && [...emoji].length <= MOST_CHARACTERS ? emoji : null;
}
