import { ExternalLink } from 'lucide-react';
import { memo, useMemo, type ReactNode } from 'react';
import { Hidden } from '../../parts/Hidden';
import { useLaterWords } from '../../words/useLaterWords';
import { emojiIn } from '../timeline/emoji';
import styles from './Markdown.module.css';
import { readMarkdown, type MarkNode } from './tree';

/** Three emoji, however they are made up, are not longer than this. */
const MOST_LARGE = 64;

/** A text of a room as it is shown. Up to three emoji alone are large. Its words decide their own direction, paragraph by paragraph. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const nodes = useMemo(() => readMarkdown(text), [text]);
  const emoji = text.length <= MOST_LARGE ? emojiIn(text) : 0;
  return <div className={`${styles.text} ${emoji >= 1 && emoji <= 3 ? styles.emoji : ''}`}>{draw(nodes)}</div>;
});

function draw(nodes: readonly MarkNode[]): ReactNode {
  // The pieces of a text never change their order, so the place is their key.
  // eslint-disable-next-line react/no-array-index-key
  return nodes.map((node, i) => <Piece key={i} node={node} />);
}

function Piece({ node }: { readonly node: MarkNode }): ReactNode {
  switch (node.is) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'code':
      return <code className={styles.code}>{node.text}</code>;
    case 'block':
      return (
        <pre className={styles.block} dir="ltr">
          <code>{node.text}</code>
        </pre>
      );
    case 'emphasis':
      return <em>{draw(node.children)}</em>;
    case 'strong':
      return <strong>{draw(node.children)}</strong>;
    case 'struck':
      return <s>{draw(node.children)}</s>;
    case 'paragraph':
      return <p dir="auto">{draw(node.children)}</p>;
    case 'quote':
      return (
        <blockquote className={styles.quote} dir="auto">
          {draw(node.children)}
        </blockquote>
      );
    case 'item':
      return <li dir="auto">{draw(node.children)}</li>;
    case 'list':
      return node.start === null ? (
        <ul className={styles.bullets} dir="auto">
          {draw(node.children)}
        </ul>
      ) : (
        <ol className={styles.numbers} dir="auto" start={node.start}>
          {draw(node.children)}
        </ol>
      );
    case 'link':
      return <Link node={node} />;
  }
}

function Link({ node }: { readonly node: Extract<MarkNode, { is: 'link' }> }) {
  const { newTab } = useLaterWords();
  return (
    <>
      <a className={styles.link} href={node.href} title={node.href} target="_blank" rel="noopener noreferrer">
        <bdi>{draw(node.children)}</bdi>
        <ExternalLink className={styles.away} size={13} aria-hidden="true" />
        <Hidden> ({newTab})</Hidden>
      </a>
      {node.host === null ? null : (
        <>
          {' '}
          <bdi className={styles.host}>({node.host})</bdi>
        </>
      )}
    </>
  );
}
