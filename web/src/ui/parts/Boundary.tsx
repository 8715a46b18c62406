import { Component, type ReactNode } from 'react';
import { Down } from '../screens/Down';
import { Stage } from './Stage';
import { TopBar } from './TopBar';
import { TwoPoints } from './TwoPoints';

/**
 * Stands around all screens: if one of them cannot be drawn, because its part is gone or because of
 * a mistake of ours, the person gets words and a way back in place of an empty page.
 */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  /** React calls it with what a screen threw. */
  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Stage bar={<TopBar>{null}</TopBar>} scene={<TwoPoints meeting={{ at: 'broken' }} />}>
        <Down onRetry={() => window.location.reload()} />
      </Stage>
    );
  }
}
