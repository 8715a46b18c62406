import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { pauseOrOnline, untilLoaded } from '../state/untilLoaded';
import { styled } from './styled';

/** A component that is loaded when it is needed, or a little earlier. */
export type LazyPart<Props> = {
  readonly Part: LazyExoticComponent<ComponentType<Props>>;
  /** Asks for it now, so that it is there later. Never throws. */
  readonly preload: () => void;
};

/**
 * Makes a component of a module that is not in the first load. One load at a time, kept once it is
 * there, with its style; while drawn too early it suspends. If it cannot be loaded at all, drawing it
 * throws, which {@link Boundary} catches.
 */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loading: Promise<ComponentType<Props>> | null = null;
  const whole = async () => {
    const component = await load();
    await styled();
    return component;
  };
  const begin = () => {
    loading ??= untilLoaded(whole, pauseOrOnline).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  return {
    Part: lazy(async () => ({ default: await begin() })),
    preload: () => void begin().catch(() => undefined),
  };
}
