import { Component, type ReactNode } from 'react';
import { Down } from '../screens/Down';
import { Stage } from './Stage';
import { TopBar } from './TopBar';
import { TwoPoints } from './TwoPoints';

type Props = {
  readonly children: ReactNode;
  /** What is drawn then, for a part that can be missed. */
  readonly otherwise?: ReactNode;
};

/**
 * Stands around all screens: if one of them cannot be drawn, because its part is gone or because of
 * a mistake of ours, the person gets words and a way back in place of an empty page.
 */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  /** React calls it with what a screen threw. */
  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { children, otherwise } = this.props;
    if (!this.state.failed) return children;
    if (otherwise !== undefined) return otherwise;
    return (
      <Stage bar={<TopBar>{null}</TopBar>} scene={<TwoPoints meeting={{ at: 'broken' }} />}>
        <Down onRetry={() => window.location.reload()} />
      </Stage>
    );
  }
}
