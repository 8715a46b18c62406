/** Reading JSON objects member by member, so that an error names the member. */
import { ParseError } from './parse-error';

/** A JSON object whose members nobody has checked yet. */
export type JsonObject = { readonly [name: string]: unknown };

/**
 * Reads exactly one JSON object.
 * @param rule - the rule that an error names.
 * @throws ParseError when `text` is not JSON or not an object.
 */
export function parseJsonObject(rule: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ParseError(rule, '', 'not JSON');
  }
  return asJsonObject(rule, '', value);
}

/** @throws ParseError unless `value` is an object (null and arrays are not). */
export function asJsonObject(rule: string, field: string, value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ParseError(rule, field, 'not a JSON object');
  }
  return value as JsonObject;
}

/** A member of the object itself; undefined if it has none of that name. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @throws ParseError unless the member is well-formed text (V7). */
export function textMember(object: JsonObject, rule: string, name: string): string {
  const value = member(object, name);
  if (typeof value !== 'string') throw new ParseError(rule, name, value == null ? 'missing' : 'not a string');
  if (!value.isWellFormed()) throw new ParseError('V7', name, 'lone surrogate');
  return value;
}

/** As {@link textMember}, but absent and null are null. */
export function optionalTextMember(object: JsonObject, rule: string, name: string): string | null {
  return member(object, name) == null ? null : textMember(object, rule, name);
}

/** A boolean member; absent means false. @throws ParseError for another type, null too. */
export function flagMember(object: JsonObject, rule: string, name: string): boolean {
  const value = member(object, name);
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new ParseError(rule, name, 'not a boolean');
  return value;
}

/** A whole number from `min` to `max`. @throws ParseError otherwise. */
export function wholeMember(object: JsonObject, rule: string, name: string, min: number, max: number): number {
  const value = member(object, name);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new ParseError(rule, name, `want a whole number from ${min} to ${max}`);
  }
  return value;
}

/** The objects of an array. @throws ParseError for anything else, or for more than `limit`. */
export function objectsMember(object: JsonObject, rule: string, name: string, limit: number): JsonObject[] {
  const value = member(object, name);
  if (!Array.isArray(value) || value.length > limit) throw new ParseError(rule, name, `want a list of at most ${limit}`);
  return value.map((one: unknown) => asJsonObject(rule, name, one));
}
